import Evaluation
import JSONCoding

/// Limits results to a size that clients accept.
///
/// Long texts are cut and marked with the number of missing characters; if that is not enough, long lists are cut too.
///
/// Texts are measured and cut in code points, because one visible character can have any length.
enum Clipping {
  /// The size limit of a result's JSON, which leaves room for the notes on cutting.
  static let resultLimit = 38_000
  /// The largest size that clients accept.
  private static let clientLimit = 40_000
  /// The size limits in characters of a text in a list, and of a whole item.
  private static let listTextLimit = 400
  private static let listItemLimit = 8000
  /// The size below which no text or list is cut.
  private static let shortestText = 100
  private static let shortestList = 4
  private static let longestCutList = 1024

  /// The object unchanged if clients accept its size, otherwise cut to fit.
  static func acceptable(_ object: JSONObject) -> JSONObject { size(of: object) <= clientLimit ? object : fit(object) }

  /// The object with its texts and lists cut so that its JSON fits.
  static func fit(_ object: JSONObject) -> JSONObject { fitted(object).object }

  /// The object cut to fit, with the resulting limit of its texts.
  static func fitted(_ object: JSONObject) -> (object: JSONObject, textLimit: Int) {
    fitted(object, textLimit: resultLimit, within: resultLimit)
  }

  /// The object as an item of a list.
  static func listItem(_ object: JSONObject) -> JSONObject {
    fitted(object, textLimit: listTextLimit, within: listItemLimit).object
  }

  private static func fitted(
    _ object: JSONObject, textLimit: Int, within limit: Int
  ) -> (object: JSONObject, textLimit: Int) {
    var cut = Cut(texts: textLimit)
    while true {
      var clipped = cut.applied(to: object)
      if !cut.shortened.isEmpty {
        clipped["clipped"] = .string("Only the first \(cut.lists) of: \(cut.shortened.joined(separator: ", ")).")
      }
      if size(of: clipped) <= limit || cut.lists <= shortestList { return (clipped, cut.texts) }
      // Each step starts from the whole object, so that the marks count all missing characters.
      cut =
        cut.texts > shortestText
        ? Cut(texts: max(cut.texts / 2, shortestText))
        : Cut(texts: cut.texts, lists: min(cut.lists, longestCutList * 2) / 2)
    }
  }

  /// The limits of texts and lists, and the lists affected.
  private struct Cut {
    let texts: Int
    let lists: Int
    /// The object's members that were shortened.
    private(set) var shortened: [String] = []

    init(texts: Int, lists: Int = .max) {
      self.texts = texts
      self.lists = lists
    }

    mutating func applied(to object: JSONObject) -> JSONObject {
      JSONObject(
        object.members.map { member in
          var isShortened = false
          let value = applied(to: member.value, &isShortened)
          if isShortened { shortened.append(member.key) }
          return JSONObject.Member(key: member.key, value: value)
        })
    }

    private func applied(to value: JSONValue, _ isShortened: inout Bool) -> JSONValue {
      switch value {
      case .string(let text): return .string(clip(text, to: texts))
      case .array(let elements):
        isShortened = isShortened || elements.count > lists
        return .array(elements.prefix(lists).map { applied(to: $0, &isShortened) })
      case .object(let object):
        isShortened = isShortened || object.count > lists
        return .object(
          JSONObject(
            object.members.prefix(lists).map { member in
              JSONObject.Member(key: member.key, value: applied(to: member.value, &isShortened))
            }))
      default: return value
      }
    }
  }

  static func clip(_ text: String, to limit: Int) -> String { text.clipped(to: limit) }

  /// The size of the object's JSON in characters, as counted by clients.
  static func size(of object: JSONObject) -> Int {
    String(decoding: object.encoded, as: UTF8.self).utf16.count
  }
}
