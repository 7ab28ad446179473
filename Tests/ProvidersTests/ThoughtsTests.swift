import Testing

@testable import Providers

@Suite struct ThoughtsTests {
  @Test(arguments: [
    ("<think>\nLondon, or is it Paris?\n</think>\n\nParis", "London, or is it Paris?", "Paris"),
    ("  <THINKING>hm</THINKING> Paris ", "hm", "Paris"),
    ("<think>a</think><think>b</think>Paris", "a\n\nb", "Paris"),
    ("<reasoning>a</reasoning>\nParis", "a", "Paris"), ("<analysis>a</analysis>Paris", "a", "Paris"),
    ("<reflection>a</reflection>Paris", "a", "Paris"),
    ("first guess: London\n</think>\nParis", "first guess: London", "Paris"),
    ("<think>never closed", "never closed", ""), ("<think>all</think>", "all", ""),
    ("<think>\u{130}\u{23A}</think>Paris", "\u{130}\u{23A}", "Paris"),
  ])
  func `thoughts at the beginning are taken out`(text: String, thoughts: String, answer: String) {
    let parts = Thoughts(in: text)
    #expect(parts.thoughts == thoughts && parts.answer == answer)
  }

  @Test(arguments: [
    "Paris", "", " Paris ", "Paris <think>hm</think>", "Write `</think>` to end it.", "<thinker>a</thinker>b", "<",
    "<think", "<b>Paris</b>", "<analysis>Paris</analysis>", "<reasoning>Paris", "a </thinkx>\nb",
    "A <think> b </think>\nc",
  ])
  func `everything else is the answer as it stands`(text: String) {
    let parts = Thoughts(in: text)
    #expect(parts.thoughts == nil && parts.answer == text)
  }

  @Test func `empty thoughts are none, and the answer is without their tags`() {
    let parts = Thoughts(in: "<think>\n\n</think>\n\nParis")
    #expect(parts.thoughts == nil && parts.answer == "Paris")
  }
}
