import JSONCoding
import Testing

@testable import Store

/// Laws of every request setting in the list.
@Suite struct RequestSettingLawTests {
  /// Values that a setting accepts, and some that it does not.
  private func values(of setting: RequestSetting) -> (taken: [JSONValue], refused: [JSONValue]) {
    switch setting.shape {
    case .text, .name: (["", "a"], [1, ["a"]])
    case .number(let range):
      (
        [.double(range.lowerBound), .double(range.upperBound)],
        [.double(range.lowerBound - 0.1), .double(range.upperBound + 0.1), "1"]
      )
    case .integer(let range):
      (
        [.int(range.lowerBound), .int(range.upperBound)],
        range.lowerBound == .min ? [0.5] : [.int(range.lowerBound - 1), "1"]
      )
    case .word(let words): (words.map(JSONValue.string), ["no word", 1])
    case .texts: ([["a", "b"]], ["a", [1]])
    case .boolean: ([true, false], ["true", 1])
    case .wordOrObject: (["auto", ["type": "function"]], [1, ["a"]])
    case .wordOrCount(let words): (words.map(JSONValue.string) + ["12"], ["no word", "0", 12])
    case .object: ([["type": "object"]], ["a", [["a": 1]]])
    case .objects: ([[["a": 1], ["b": 2]]], [["a": 1], ["a"]])
    }
  }

  private func object(_ bytes: [UInt8]) throws -> JSONObject { try #require(JSONValue(parsing: bytes).objectValue) }

  @Test func `each setting has a unique name, a sentence and an owner`() {
    #expect(Set(RequestSetting.all.map(\.name)).count == RequestSetting.all.count)
    for setting in RequestSetting.all {
      #expect(setting.name.wholeMatch(of: /[a-z][a-z_]*/) != nil)
      #expect(setting.summary.hasSuffix(".") && setting.summary.count < 100)
      #expect(!setting.holders.isEmpty)
    }
  }

  @Test func `each setting accepts exactly the values of its shape`() throws {
    for setting in RequestSetting.all {
      let (taken, refused) = values(of: setting)
      for value in taken { _ = try setting.checked(value) }
      for value in refused {
        #expect(throws: RecordError.self, "\(setting.name): \(value.text)") { _ = try setting.checked(value) }
      }
    }
  }

  @Test(arguments: [RequestSetting.Holder.prompt, .run, .plan])
  func `each setting is written and read for its owners`(holder: RequestSetting.Holder) throws {
    for setting in RequestSetting.all(of: holder) {
      for value in values(of: setting).taken {
        let settings = try RequestSettings(JSONObject([.init(key: setting.name, value: value)]))
        if holder == .prompt {
          var record = PromptRecord()
          (record.id, record.settings) = (1, settings)
          #expect(try PromptRecord(object(record.encoded)).settings == settings, "\(setting.name)")
        } else {
          var record = RunRecord()
          (record.id, record.promptID) = (1, 1)
          let path = holder == .run ? \RunRecord.settings : \.plan
          record[keyPath: path] = settings
          #expect(try RunRecord(object(record.encoded))[keyPath: path] == settings, "\(setting.name)")
        }
      }
    }
  }

  @Test func `a run's settings override its prompt's, and an empty one removes it`() throws {
    let prompt = try RequestSettings(["system_prompt": "s", "temperature": 0.5, "top_p": 1])
    let run = try RequestSettings(["temperature": 0, "seed": 7])
    #expect(
      prompt.overridden(by: run, clearing: ["system_prompt", "temperature"]).values
        == ["temperature": 0.0, "top_p": 1.0, "seed": 7])
    #expect(prompt.overridden(by: RequestSettings(), clearing: []) == prompt)
  }

  @Test func `the order in which settings are set does not matter`() throws {
    var settings = RequestSettings()
    try settings.set(.maxTokens, 5)
    try settings.set(.systemPrompt, "s")
    #expect(settings.values.keys == ["system_prompt", "max_tokens"])
    try settings.set(.systemPrompt, nil)
    #expect(settings.values.keys == ["max_tokens"])
  }
}
