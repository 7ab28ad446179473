import JSONCoding
import Providers
import Store

/// Identifies the requests of a run, so that equal ones are found in other runs.
///
/// A key is the SHA-256 of everything that is sent: the address, the model, the parameters with the seed, and the
/// messages. The number of the answer among those of its row is part of it, so that an answer stands for one other.
struct RequestKeys: Sendable {
  /// The digests of what precedes the messages, by the number of the answer.
  private let beginnings: [SHA256]

  /// - Parameter repeats: the number of answers of each row.
  init(_ destination: RunSnapshot.Destination, _ settings: RequestSettings, repeats: Int) {
    let parameters = RequestParameters(settings)
    beginnings = (0..<repeats).map { number in
      let beginning: JSONValue = [
        .string(destination.provider), .optional(destination.address), .string(destination.model),
        .object(parameters.reseeded(by: number).object), .int(number),
      ]
      var digest = SHA256()
      digest.combine(beginning.text.utf8)
      return digest
    }
  }

  func key(of request: RenderedRequest, repeatIndex: Int) -> String {
    var digest = beginnings[repeatIndex]
    digest.combine(JSONValue.array(request.messages.map(\.chatCompletions)).text.utf8)
    return digest.hex
  }
}
