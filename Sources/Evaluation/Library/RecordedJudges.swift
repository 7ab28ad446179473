package import Store

extension Transaction {
  /// Records of reviews of a store of format 2 that they are by an earlier judge of their run, so that they do not count
  /// as those of another one.
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
