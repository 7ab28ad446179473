import JSONCoding

extension String {
  /// The text inside a code fence, or the whole text without one.
  var withoutCodeFence: String {
    let fence = "```"
    guard hasPrefix(fence), hasSuffix(fence), let end = firstIndex(where: \.isNewline) else { return self }
    return String(self[end...].dropLast(fence.count)).trimmed()
  }
}
