package import Providers

/// Judges responses with a language model.
package struct Judge: Sendable {
  /// The highest number of samples from which the median is taken.
  package static let maxSamples = 5

  private let languageModel: any LanguageModel
  private let model: String
  private let settings: JudgePrompt.Settings
  private let boundary: @Sendable () -> Boundary

  /// A judge that asks one model.
  ///
  /// - Parameters:
  ///   - languageModel: the model that answers, including its own retries.
  ///   - model: its name as the provider knows it.
  ///   - settings: the request settings and the number of samples.
  ///   - boundary: creates a new mark for every judgement.
  package init(
    _ languageModel: any LanguageModel, model: String, _ settings: JudgePrompt.Settings = JudgePrompt.Settings(),
    boundary: @escaping @Sendable () -> Boundary = Boundary.random
  ) {
    self.languageModel = languageModel
    self.model = model
    self.settings = settings
    self.boundary = boundary
  }

  /// Judges one response by one criterion.
  ///
  /// An answer that cannot be read gets one repair attempt; one that says it cannot be judged, or that the limit on tokens
  /// cut off, gets none. Of several samples those that failed are left out; the feedback is that of the first sample
  /// closest to the median. If all failed, the judgement fails with the first reason.
  ///
  /// A failure that other samples would share ends the judgement early: some errors of the provider, and a cut-off before
  /// any sample has kept within the limit.
  package func review(_ subject: JudgePrompt.Subject, by criterion: Criterion) async -> Judgement {
    var calls: [ModelCall] = []
    var answers: [JudgeAnswer] = []
    var failure: Failure?
    for _ in 0..<settings.samples {
      let request = JudgePrompt.request(
        subject, criterion: criterion, model: model, settings, boundary: boundary())
      do throws(Failure) {
        answers.append(try await judge(Question(subject, criterion, request), &calls))
      } catch {
        failure = failure ?? error
        if error.isLasting || error.isCutOff && answers.isEmpty { break }
      }
    }
    let outcome =
      Self.median(of: answers)
      ?? .failed(reason: failure?.reason ?? "The judge gave no answer.", error: failure?.error)
    return Judgement(
      outcome: outcome, samples: answers.map { Double($0.score) }, calls: calls,
      cutOffLimit: answers.isEmpty && failure?.isCutOff == true ? settings.maxTokens : nil,
      isQuotation: answers.isEmpty && failure?.isQuotation == true)
  }

  /// The request for one judgement.
  private struct Question {
    let subject: JudgePrompt.Subject
    let criterion: Criterion
    var request: CompletionRequest

    init(_ subject: JudgePrompt.Subject, _ criterion: Criterion, _ request: CompletionRequest) {
      self.subject = subject
      self.criterion = criterion
      self.request = request
    }
  }

  private struct Failure: Error {
    let reason: String
    let error: ProviderError?
    /// Whether the limit on tokens was too low.
    var isCutOff = false
    /// Whether the answer repeated a judgement of the material.
    var isQuotation = false

    /// Whether the provider would refuse another sample in the same way.
    var isLasting: Bool {
      switch error?.kind {
      case .unauthorized, .notFound, .insufficientQuota, .unreachable, .invalidRequest, .cancelled: true
      case .transient, .unusableAnswer, nil: false
      }
    }
  }

  /// One judgement: an answer, or its repair.
  private func judge(_ question: Question, _ calls: inout [ModelCall]) async throws(Failure) -> JudgeAnswer {
    let first = try await answer(question, &calls)
    if let answer = first.answer { return answer }
    var repair = question
    repair.request = JudgePrompt.repair(question.request, answer: first.text, fault: first.fault)
    let second = try await answer(repair, &calls)
    if let answer = second.answer { return answer }
    throw Failure(
      reason: "The judge's answer could not be read, twice: \(second.fault).", error: nil,
      isQuotation: second.isQuotation)
  }

  private struct Reading {
    var text = ""
    var answer: JudgeAnswer?
    var fault = ""
    /// Whether the fault is that a judgement of the material was repeated.
    var isQuotation = false
  }

  private func answer(_ question: Question, _ calls: inout [ModelCall]) async throws(Failure) -> Reading {
    let completion: Completion
    do throws(ProviderError) {
      completion = try await languageModel.complete(question.request)
    } catch {
      guard error.kind == .unusableAnswer else {
        throw Failure(reason: "The judge could not be asked: \(error.message)", error: error)
      }
      // Some servers return the whole answer as reasoning. Its usage is counted where the error is caught.
      if let thoughts = error.reasoningText, let answer = try read(thoughts, of: question, isAlone: true).answer {
        return Reading(text: thoughts, answer: answer)
      }
      if error.isCutOff { throw cutOff }
      return Reading(fault: "it is empty or not readable (\(error.message))")
    }
    calls.append(ModelCall(completion))
    guard !["length", "max_tokens"].contains(completion.finishReason?.lowercased()) else {
      // What is missing could take back what is there.
      throw cutOff
    }
    return try read(completion.text, of: question)
  }

  private var cutOff: Failure {
    Failure(
      reason:
        "The judge's answer was cut off at judge_max_tokens, which is \(settings.maxTokens). Raise judge_max_tokens "
        + "with runs_judge.", error: nil, isCutOff: true)
  }

  private func read(_ text: String, of question: Question, isAlone: Bool = false) throws(Failure) -> Reading {
    do throws(JudgeAnswerError) {
      let answer = try JudgeAnswer(
        parsing: text, of: question.subject.texts, criterion: question.criterion.name, isAlone: isAlone)
      return Reading(text: text, answer: answer)
    } catch {
      if case .cannotJudge(let reasons) = error {
        throw Failure(reason: "The judge could not judge it: \(reasons)", error: nil)
      }
      return Reading(text: text, fault: "\(error)", isQuotation: error == .quotation)
    }
  }

  private static func median(of answers: [JudgeAnswer]) -> Judgement.Outcome? {
    let median = Quantile.median(answers.map { Double($0.score) })
    guard let median,
      let closest = answers.min(by: { abs(Double($0.score) - median) < abs(Double($1.score) - median) })
    else { return nil }
    return .completed(score: median, feedback: closest.reasons)
  }
}
