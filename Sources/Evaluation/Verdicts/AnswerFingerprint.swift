import JSONCoding
package import Store

extension ResponseEntry {
  /// What tells an answer and its input from others, in any store; nil for a record that cannot be read.
  package var answerFingerprint: String? {
    guard let record = try? decoded() else { return nil }
    return Fingerprint.of("\(JSONValue.object(record.input).text)\u{1f}\(record.responseText ?? "")")
  }
}
