package import Store

extension Transaction {
  /// Records the judge of old reviews without one, from a store of format 2, before the run gets another judge.
  ///
  /// Otherwise they would count as reviews by the new judge.
  package mutating func recordJudge(ofRun id: Int, _ judgeModel: String?) throws(StoreError) {
    for entry in tables.responses.entries(ofRun: id) where entry.reviews.contains(where: { $0.origin == 0 }) {
      var response = try entry.decoded()
      for index in response.reviews.indices where response.reviews[index].origin == 0 {
        response.reviews[index].judgeModel = judgeModel.map(JudgeName.canonical) ?? "unknown"
        response.reviews[index].fingerprint = "not recorded"
      }
      put(response)
    }
  }
}
