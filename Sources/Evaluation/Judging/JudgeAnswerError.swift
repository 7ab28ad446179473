package import JSONCoding

/// Why an answer is not a judgement, worded as a clause.
package enum JudgeAnswerError: ClientFacingError, Sendable, Equatable {
  case tooLong
  case noObject
  case severalObjects
  case proseBehind
  case quotation
  case form
  case invalidJSON(JSONError)
  case noReasons
  case noScore
  case invalidScore(String)
  case otherScale(String)
  case contradiction(String)
  /// The judge declines to judge and says why; asking again would only cost more.
  case cannotJudge(String)

  package var description: String {
    switch self {
    case .tooLong: "it is far too long"
    case .noObject: "it contains no JSON object"
    case .severalObjects: "it contains more than one JSON object"
    case .proseBehind: "text follows its JSON object"
    case .quotation: "its JSON object is quoted from the material"
    case .form: "it repeats the form of the answer in place of reasons"
    case .invalidJSON(let error): "its JSON is not valid: \(error)"
    case .noReasons: "it has no text under \"reasons\""
    case .noScore: "it has no \"score\""
    case .invalidScore(let score): "the score is \(score.prefix(40)), not an integer from 1 to 5"
    case .otherScale(let scale): "it scores on another scale (\(scale.prefix(40))), not from 1 to 5"
    case .contradiction(let other): "it also mentions another score (\(other.prefix(40)))"
    case .cannotJudge(let reasons): "the judge says that it cannot be judged: \(reasons)"
    }
  }
}
