import Testing

@testable import Providers

@Suite struct ReasoningSplitTests {
  @Test(arguments: [
    ("<think>\nLondon, or is it Paris?\n</think>\n\nParis", "London, or is it Paris?", "Paris"),
    ("  <THINKING>hm</THINKING> Paris ", "hm", "Paris"),
    ("<think>a</think><think>b</think>Paris", "a\n\nb", "Paris"),
    ("<reasoning>a</reasoning>\nParis", "a", "Paris"), ("<analysis>a</analysis>Paris", "a", "Paris"),
    ("<reflection>a</reflection>Paris", "a", "Paris"),
    ("first guess: London\n</think>\nParis", "first guess: London", "Paris"),
    ("so it is Paris.</think>\n\nParis", "so it is Paris.", "Paris"),
    ("London?\n</think>Paris", "London?", "Paris"), ("London?\n</think>", "London?", ""),
    ("```\nx\n```\nLondon?\n</THINKING>\r\n\r\nParis", "```\nx\n```\nLondon?", "Paris"),
    ("<think>never closed", "never closed", ""), ("<think>all</think>", "all", ""),
    ("<think>\u{130}\u{23A}</think>Paris", "\u{130}\u{23A}", "Paris"),
  ])
  func `reasoning at the beginning is removed`(text: String, thoughts: String, answer: String) {
    let parts = ReasoningSplit(in: text)
    #expect(parts.thoughts == thoughts && parts.answer == answer)
  }

  @Test(arguments: [
    "Paris", "", " Paris ", "Paris <think>hm</think>", "Write `</think>` to end it.", "<thinker>a</thinker>b", "<",
    "<think", "<b>Paris</b>", "<analysis>Paris</analysis>", "<reasoning>Paris", "a </thinkx>\nb",
    "A <think> b </think>\nc", "Thoughts end with </think>\nand the answer follows.",
    "Write:\n```\nhm\n</think>\nParis\n```", "Write:\n~~~\nhm\n</think>\nParis", "Write:\n\n    </think>\n\nand go on.",
    "> </think>\n\nends it.", "It writes\n</think>\nthen text. Without </think> nothing is cut.",
    "The tag is \"</think>\nwith a line end\".", "\n</think> ends the thoughts.", "See (</think>\n).",
    "One\n</think>\ntwo <thinking>",
  ])
  func `everything else is the answer, unchanged`(text: String) {
    let parts = ReasoningSplit(in: text)
    #expect(parts.thoughts == nil && parts.answer == text)
  }

  @Test(arguments: ["gpt-6-luna", "openai/gpt-6-luna", "claude-opus-5"])
  func `a closing tag alone is text if the vendor separates reasoning`(_ model: String) {
    var completion = Completion(text: "Hm.\n</think>\n\nParis", model: model)
    completion.takeOutThoughts()
    #expect((completion.text, completion.reasoningText) == ("Hm.\n</think>\n\nParis", nil))
  }

  @Test func `empty reasoning is nil, and the answer has no tags`() {
    let parts = ReasoningSplit(in: "<think>\n\n</think>\n\nParis")
    #expect(parts.thoughts == nil && parts.answer == "Paris")
    #expect(ReasoningSplit(in: "</think>\n\nParis") == parts)
  }
}
