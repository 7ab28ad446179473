package import JSONCoding
package import Store

/// A request to an experiment: a number of samples of one set of inputs.
package struct ExperimentCall: Sendable {
  package var experimentID: Int
  package var inputs: JSONObject
  package var sampleCount: Int
  /// The caller's description of itself, recorded with every sample.
  package var caller: GenerationRecord.Caller
  /// The seed that makes the draw of versions repeatable.
  ///
  /// The provider gets the seed plus the sample's index, so that samples differ.
  package var seed: Int?
  package var suffix: String?
  package var logprobs: Int?
  /// The credential to use; nil to find the provider by the model's name.
  package var credentialID: Int?

  package init(
    experimentID: Int, inputs: JSONObject, sampleCount: Int, caller: GenerationRecord.Caller, seed: Int? = nil,
    suffix: String? = nil, logprobs: Int? = nil, credentialID: Int? = nil
  ) {
    self.experimentID = experimentID
    self.inputs = inputs
    self.sampleCount = sampleCount
    self.caller = caller
    self.seed = seed
    self.suffix = suffix
    self.logprobs = logprobs
    self.credentialID = credentialID
  }
}
