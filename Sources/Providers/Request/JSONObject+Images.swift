import JSONCoding

extension JSONObject {
  /// The object with a note in place of each embedded image, in any vendor's form.
  var withoutImages: JSONObject {
    let isImage = self["type"] == "base64"
    return JSONObject(
      members.map { member in
        if isImage, member.key == "data", let text = member.value.stringValue {
          return Member(key: member.key, value: .string("[image: \(text.utf8.count) characters]"))
        }
        return Member(key: member.key, value: member.value.withoutImages)
      })
  }
}

extension JSONValue {
  fileprivate var withoutImages: JSONValue {
    switch self {
    case .object(let object): .object(object.withoutImages)
    case .array(let values): .array(values.map(\.withoutImages))
    case .string(let text) where text.hasPrefix("data:image/"): .string("[image: \(text.utf8.count) characters]")
    default: self
    }
  }
}
