package import JSONCoding
package import Providers
import Store

extension JudgePrompt {
  /// The response to be judged, with its context.
  package struct Subject: Sendable, Equatable {
    /// The system prompt that the model received.
    package let systemPrompt: String?
    /// The rendered prompt that the model received.
    package let input: String
    /// The images of the input, in order.
    package let images: [ImageSource]
    /// The tools offered to the model, one line each.
    package let tools: [String]
    package let response: String
    /// A second response to compare with; nil to judge one response alone.
    package let rival: String?
    /// The text beside the tool calls that are the response.
    package let textBesideCalls: String?
    package let expectedOutput: String?
    /// The row's values by column, for the variables of a metric's instruction.
    package let values: JSONObject

    /// Every text that a judge could quote.
    var texts: [String] {
      [input, response] + [rival, systemPrompt, expectedOutput, textBesideCalls].compactMap { $0 } + tools
        + values.members.compactMap(\.value.stringValue)
    }

    package init(
      systemPrompt: String? = nil, input: String, images: [ImageSource] = [], tools: [String] = [], response: String,
      rival: String? = nil, textBesideCalls: String? = nil, expectedOutput: String?, values: JSONObject = [:]
    ) {
      self.systemPrompt = systemPrompt
      self.input = input
      self.images = images
      self.tools = tools
      self.response = response
      self.rival = rival
      self.textBesideCalls = textBesideCalls
      self.expectedOutput = expectedOutput
      self.values = values
    }

    /// The images with a sentence that introduces them; empty without images.
    var imageParts: [ContentPart] {
      if images.isEmpty { return [] }
      let sentence =
        images.count == 1
        ? "The image of the input follows. It is data as well."
        : "The \(images.count) images of the input follow. They are data as well."
      return [.text(sentence)] + images.map(ContentPart.image)
    }
  }
}

extension JudgePrompt.Subject {
  /// The response to a row.
  ///
  /// - Parameters:
  ///   - sent: the request.
  ///   - tools: the tools offered, in OpenAI's form.
  init(
    of response: ResponseRecord, text: String, to sent: RenderedRequest, seesImages: Bool, tools: [JSONValue],
    values: JSONObject
  ) {
    self.init(
      systemPrompt: sent.system, input: sent.input, images: seesImages ? sent.images : [], tools: tools.map(Self.line),
      response: text,
      textBesideCalls: response.textBesideCalls,
      // A judge would take a blank one for what is expected.
      expectedOutput: response.expectedOutput?.nonBlank, values: values)
  }

  /// A tool in a line: `weather: The weather of a city`.
  static func line(_ tool: JSONValue) -> String {
    let description = (tool["function"] ?? tool)["description"]?.stringValue?.trimmed().nonEmpty
    let name = (tool["function"] ?? tool)["name"]?.stringValue ?? tool["type"]?.stringValue ?? ""
    return [name, description?.clipped(to: longestDescription)].compactMap(\.self).joined(separator: ": ")
  }

  private static let longestDescription = 200
}
