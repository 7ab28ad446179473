package import Providers
import TestSupport

/// A language model that answers from a script, repeating the last answer, and records its requests.
package struct FakeModel: LanguageModel {
  package typealias Answer = Result<Completion, ProviderError>

  private let answers: SharedList<Answer>
  private let asked = SharedList<CompletionRequest>()

  package init(_ answers: [Answer]) {
    self.answers = SharedList(answers)
  }

  package var requests: [CompletionRequest] { asked.all }

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    asked.append(request)
    return try answers.next().get()
  }
}
