import JSONCoding

/// Keeps results at a size that clients accept: long texts are cut, with a mark that says how much is missing.
enum Clipping {
  /// The most characters of a result's JSON.
  static let resultLimit = 38_000
  /// The most characters of one text in a list.
  static let listTextLimit = 400
  /// No text is cut below this.
  private static let shortestText = 100

  /// The object with its texts cut so far that its JSON fits.
  static func fit(_ object: JSONObject, within limit: Int = resultLimit) -> JSONObject {
    var object = object
    var textLimit = limit / 2
    while size(of: object) > limit, textLimit >= shortestText {
      object = clip(object, textsTo: textLimit)
      textLimit /= 2
    }
    return object
  }

  /// The object with every text cut to a number of characters.
  static func clip(_ object: JSONObject, textsTo limit: Int) -> JSONObject {
    JSONObject(object.members.map { JSONObject.Member(key: $0.key, value: clip($0.value, textsTo: limit)) })
  }

  private static func clip(_ value: JSONValue, textsTo limit: Int) -> JSONValue {
    switch value {
    case .string(let text): .string(clip(text, to: limit))
    case .array(let elements): .array(elements.map { clip($0, textsTo: limit) })
    case .object(let object): .object(clip(object, textsTo: limit))
    default: value
    }
  }

  /// The beginning of a text that is too long, and how much of it is missing.
  static func clip(_ text: String, to limit: Int) -> String {
    // Bytes are at least as many as characters, and counting them is free.
    guard text.utf8.count > limit, text.count > limit else { return text }
    return "\(text.prefix(limit))… [\(text.count - limit) more characters]"
  }

  /// Characters of the object's JSON.
  static func size(of object: JSONObject) -> Int {
    String(decoding: object.encoded, as: UTF8.self).count
  }
}
