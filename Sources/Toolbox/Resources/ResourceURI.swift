import JSONCoding
import MCP

/// The URI of a resource of the store.
struct ResourceURI: Equatable {
  /// The kind of a resource.
  typealias Kind = ExportFormat

  fileprivate static let scheme = "completion-kit://"
  private static let offsetMark = "?offset="

  let kind: Kind
  /// The ids of the records, at least one.
  let ids: [Int]
  /// The first row, counted from 0; 0 for a resource without rows.
  var offset = 0

  var id: Int { ids[0] }

  init(_ kind: Kind, id: Int, offset: Int = 0) {
    self.init(kind, ids: [id], offset: offset)
  }

  init(_ kind: Kind, ids: [Int], offset: Int = 0) {
    self.kind = kind
    self.ids = ids
    self.offset = offset
  }

  /// Nil if the text is not such a URI.
  init?(_ text: String) {
    guard text.hasPrefix(Self.scheme) else { return nil }
    var path = text.dropFirst(Self.scheme.count)
    var offset: Int?
    // By bytes, because every tool call with links uses this.
    if let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) {
      guard path[mark...].hasPrefix(Self.offsetMark),
        let number = Self.number(path[mark...].dropFirst(Self.offsetMark.utf8.count))
      else { return nil }
      offset = number
      path = path[..<mark]
    }
    for kind in Kind.allCases {
      let (before, after) = (kind.subject.folder, kind.suffix)
      guard path.hasPrefix(before), path.hasSuffix(after), path.utf8.count > before.utf8.count + after.utf8.count,
        let ids = Self.ids(path.dropFirst(before.utf8.count).dropLast(after.utf8.count)),
        kind.subject.ids.contains(ids.count)
      else { continue }
      guard offset == nil || kind.hasRows else { return nil }
      self.init(kind, ids: ids, offset: offset ?? 0)
      return
    }
    return nil
  }

  /// The ids between commas, which a client that fills the template may escape; nil if the text is anything else.
  private static func ids(_ text: Substring) -> [Int]? {
    let parts = text.replacing("%2C", with: ",").replacing("%2c", with: ",").split(
      separator: ",", omittingEmptySubsequences: false)
    let ids = parts.compactMap(number).filter { $0 > 0 }
    return ids.count == parts.count && Set(ids).count == ids.count ? ids : nil
  }

  /// A number written only in digits.
  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }

  var text: String {
    let names = ids.map(String.init).joined(separator: ",")
    return
      "\(Self.scheme)\(kind.subject.folder)\(names)\(kind.suffix)\(offset > 0 ? "\(Self.offsetMark)\(offset)" : "")"
  }

  /// The links of a tool's result: where the object with its id can be read as a whole.
  static func links(_ kinds: Kind...) -> Tool.Links {
    { object in object["id"]?.intValue.map { id in kinds.map { ResourceURI($0, id: id).text } } ?? [] }
  }
}

extension ExportFormat {
  /// The name of the template's single variable.
  var variable: String { subject.ids.upperBound > 1 ? "ids" : "id" }

  /// The template of its resources (RFC 6570).
  var template: String { ResourceURI.scheme + subject.folder + "{\(variable)}" + suffix }
}
