import Foundation
import JSONCoding
import Providers
import Store
import TestSupport
import Testing

@testable import Evaluation

/// Images in files of an allowed folder.
@Suite struct ImageFileTests {
  private let folder = TemporaryFolder()
  private static let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2])

  private func reader() throws -> ImageReader {
    try Self.png.write(to: URL(fileURLWithPath: folder.path + "/a.png"))
    _ = try folder.write("no image", to: "b.txt")
    try Data(count: ImageReader.most + 1).write(to: URL(fileURLWithPath: folder.path + "/c.png"))
    let files = FileAccess(folders: [folder.path])
    return ImageReader { try files.read($0, atMost: ImageReader.most) }
  }

  @Test func `a column may name a file`() throws {
    var settings = RequestSettings()
    let message: JSONValue = ["role": "user", "content": [["type": "image", "source": "{{ photo }}"]]]
    try settings.set(.messages, .array([message]))
    let template = try RequestTemplate("What is it?", settings)
    let request = try template.render(values: ["a.png"], try reader())
    #expect(
      request.turns.first?.parts
        == [.image(.data(mediaType: "image/png", base64: Self.png.base64EncodedString()))])
    // The file counts as one image, whatever its size.
    #expect(request.size == TextSize.of(template.renderPrompt(values: ["a.png"])) + 4_000)
    #expect(!request.input.contains(Self.png.base64EncodedString()) && request.input.contains("[image]"))
  }

  @Test(arguments: [
    ("b.txt", "is not a PNG, JPEG, GIF or WebP"), ("../a.png", "--files FOLDER"), ("/etc/hostname", "--files FOLDER"),
    ("c.png", "at most"), ("d.png", "was not found"),
  ])
  func `a file that is not an image in an allowed folder is refused`(source: String, sentence: String) throws {
    let reader = try reader()
    #expect { try reader.image(source) } throws: { "\($0)".contains(sentence) }
  }

  @Test func `the preflight of a run reads only the beginnings of its images`() throws {
    _ = try reader()
    let files = FileAccess(folders: [folder.path])
    let images = ImageReader {
      Issue.record("\($0) was read whole.")
      return try files.read($0, atMost: ImageReader.most)
    } readHead: {
      try files.head(of: $0, ImageReader.headSize, atMost: ImageReader.most)
    }
    var settings = RequestSettings()
    let message: JSONValue = ["role": "user", "content": [["type": "image", "source": "{{ photo }}"]]]
    try settings.set(.messages, .array([message]))
    let plan = Preflight.Plan(
      template: try RequestTemplate("What is it?", settings), scoring: .none, expectedColumn: nil, hasMetrics: false,
      hasJudge: false)
    let report = Preflight.report(plan, table: try CSVTable("photo\na.png\nb.txt\nc.png\nd.png\n"), images: images)
    let told = report.problems.map(\.description).joined(separator: " ")
    for part in ["row_index 1): ", "not a PNG", "row_index 2): ", "at most", "row_index 3): ", "not found"] {
      #expect(told.contains(part), "\(told)")
    }
    #expect((report.promptBytes.first ?? 0) > 4_000 && report.promptBytes.dropFirst() == [0, 0, 0])
    #expect(try files.head(of: "a.png", 3, atMost: 100) == [0x89, 0x50, 0x4E])
  }
}
