import Evaluation
import JSONCoding

/// Keeps results at a size that clients accept: long texts are cut, with a mark that says how much is missing, and where
/// that is not enough, long lists.
///
/// Texts are measured and cut in code points: what a reader takes for one character can be of any length.
enum Clipping {
  /// The most characters of a result's JSON, so that there is room for what says that it was cut.
  static let resultLimit = 38_000
  /// The most that clients take.
  private static let clientLimit = 40_000
  /// The most characters of one text in a list, and of one of its items as a whole.
  private static let listTextLimit = 400
  private static let listItemLimit = 8000
  /// No text and no list is cut below this.
  private static let shortestText = 100
  private static let shortestList = 4
  private static let longestCutList = 1024

  /// The object as it is if clients take it, else cut to fit.
  static func acceptable(_ object: JSONObject) -> JSONObject { size(of: object) <= clientLimit ? object : fit(object) }

  /// The object with its texts and lists cut so far that its JSON fits.
  static func fit(_ object: JSONObject) -> JSONObject { fitted(object).object }

  /// The object cut to fit, and how many characters were left of its texts.
  static func fitted(_ object: JSONObject) -> (object: JSONObject, textLimit: Int) {
    fitted(object, textLimit: resultLimit, within: resultLimit)
  }

  /// The object as a list shows it.
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
      // Each step begins with the whole object, so that the marks count what is really missing.
      cut =
        cut.texts > shortestText
        ? Cut(texts: max(cut.texts / 2, shortestText))
        : Cut(texts: cut.texts, lists: min(cut.lists, longestCutList * 2) / 2)
    }
  }

  /// How short texts and lists are made, and which lists that has met.
  private struct Cut {
    let texts: Int
    let lists: Int
    /// The object's members that lost elements.
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

  /// Characters of the object's JSON, as clients count them.
  static func size(of object: JSONObject) -> Int {
    String(decoding: object.encoded, as: UTF8.self).utf16.count
  }
}
