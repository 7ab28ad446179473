import JSONCoding
import JSONRPC

/// One page of a list, with the cursor of the next page.
///
/// A cursor names the last item of its page and that item's position. So if the list changes between two pages, no item
/// is repeated or omitted, even if that very item was deleted.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
struct ListPage<Item> {
  /// The page is large because many clients request only the first page.
  static var size: Int { 100 }

  let items: ArraySlice<Item>
  /// Nil for the last page.
  let nextCursor: String?

  /// - Parameters:
  ///   - cursor: the client's cursor; null and an empty string count as none.
  ///   - key: the unique key of an item.
  init(of all: [Item], cursor: JSONValue?, key: (Item) -> String) throws(RPCError) {
    let start = try Self.start(cursor, in: all, key: key)
    let end = min(start + Self.size, all.count)
    items = all[start..<end]
    nextCursor = end < all.count ? "\(end):\(key(all[end - 1]))" : nil
  }

  private static func start(_ cursor: JSONValue?, in all: [Item], key: (Item) -> String) throws(RPCError) -> Int {
    guard let cursor, !cursor.isNull, cursor != "" else { return 0 }
    let parts = (cursor.stringValue ?? "").split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let end = Int(parts[0]), end > 0 else {
      throw .invalidParams(
        "cursor \(Quotation.shortened(cursor.text)) is not a nextCursor of this list. Leave it out to start over.")
    }
    if let last = all.firstIndex(where: { key($0) == parts[1] }) { return last + 1 }
    // The items after the deleted one have moved up by one.
    return min(end - 1, all.count)
  }
}
