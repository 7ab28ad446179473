package import JSONCoding
package import Providers
import Store

extension JudgePrompt {
  /// What is to be judged.
  package struct Subject: Sendable, Equatable {
    /// What the model was told beside the prompt.
    package let systemPrompt: String?
    /// What the model was asked: the rendered prompt.
    package let input: String
    /// The images of the input, in their order.
    package let images: [ImageSource]
    /// The tools that the model was offered, each in a line.
    package let tools: [String]
    package let response: String
    /// What the model wrote beside tool calls, which are then the response.
    package let textBesideCalls: String?
    package let expectedOutput: String?
    /// The row's values by column, for the variables of a metric's instruction.
    package let values: JSONObject

    /// All texts that a judge could quote.
    var texts: [String] {
      [input, response] + [systemPrompt, expectedOutput, textBesideCalls].compactMap { $0 } + tools
        + values.members.compactMap(\.value.stringValue)
    }

    package init(
      systemPrompt: String? = nil, input: String, images: [ImageSource] = [], tools: [String] = [], response: String,
      textBesideCalls: String? = nil, expectedOutput: String?, values: JSONObject = [:]
    ) {
      self.systemPrompt = systemPrompt
      self.input = input
      self.images = images
      self.tools = tools
      self.response = response
      self.textBesideCalls = textBesideCalls
      self.expectedOutput = expectedOutput
      self.values = values
    }

    /// What the judge is shown of the images: nothing where there are none.
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
  ///   - sent: what was asked.
  ///   - tools: those that were offered, in OpenAI's form.
  init(
    of response: ResponseRecord, text: String, to sent: RenderedRequest, seesImages: Bool, tools: [JSONValue],
    values: JSONObject
  ) {
    self.init(
      systemPrompt: sent.system, input: sent.input, images: seesImages ? sent.images : [], tools: tools.map(Self.line),
      response: text,
      textBesideCalls: response.textBesideCalls, expectedOutput: response.expectedOutput, values: values)
  }

  /// A tool in a line: `weather: The weather of a city`.
  private static func line(_ tool: JSONValue) -> String {
    let description = (tool["function"] ?? tool)["description"]?.stringValue?.trimmed().nonEmpty
    let name = (tool["function"] ?? tool)["name"]?.stringValue ?? tool["type"]?.stringValue ?? ""
    return [name, description?.clipped(to: longestDescription)].compactMap(\.self).joined(separator: ": ")
  }

  private static let longestDescription = 200
}
