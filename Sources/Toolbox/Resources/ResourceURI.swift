import JSONCoding
import MCP

/// The URI of something in the store.
struct ResourceURI: Equatable {
  /// What stands behind a URI.
  enum Kind: CaseIterable {
    case report, responsesCSV, responsesJSONLines, dataset, prompt

    /// What stands before and behind the id.
    fileprivate var path: (before: String, after: String) {
      switch self {
      case .report: ("runs/", "/report.md")
      case .responsesCSV: ("runs/", "/responses.csv")
      case .responsesJSONLines: ("runs/", "/responses.jsonl")
      case .dataset: ("datasets/", ".csv")
      case .prompt: ("prompts/", "")
      }
    }

    var mimeType: String {
      switch self {
      case .report: "text/markdown"
      case .responsesCSV, .dataset: "text/csv"
      case .responsesJSONLines: "application/jsonl"
      case .prompt: "application/json"
      }
    }

    /// The group of tools with which it is switched on and off.
    var toolset: String {
      switch self {
      case .report: "runs"
      case .responsesCSV, .responsesJSONLines: "responses"
      case .dataset: "datasets"
      case .prompt: "prompts"
      }
    }

    /// Whether it has rows, which can be begun at any of them.
    var hasRows: Bool { self == .responsesCSV || self == .responsesJSONLines || self == .dataset }

    /// RFC 6570, with the one variable `id`.
    var template: String { ResourceURI.scheme + path.before + "{id}" + path.after }
  }

  private static let scheme = "completion-kit://"
  private static let offsetMark = "?offset="

  let kind: Kind
  let id: Int
  /// The first row, counted from 0; 0 for what has no rows.
  var offset = 0

  init(_ kind: Kind, id: Int, offset: Int = 0) {
    self.kind = kind
    self.id = id
    self.offset = offset
  }

  /// Nil if the text is none of the URIs.
  init?(_ text: String) {
    guard text.hasPrefix(Self.scheme) else { return nil }
    var path = text.dropFirst(Self.scheme.count)
    var offset: Int?
    // By bytes, because every call of a tool that gives a link comes through here.
    if let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) {
      guard path[mark...].hasPrefix(Self.offsetMark),
        let number = Self.number(path[mark...].dropFirst(Self.offsetMark.utf8.count))
      else { return nil }
      offset = number
      path = path[..<mark]
    }
    for kind in Kind.allCases {
      let (before, after) = kind.path
      guard path.hasPrefix(before), path.hasSuffix(after), path.utf8.count > before.utf8.count + after.utf8.count,
        let id = Self.number(path.dropFirst(before.utf8.count).dropLast(after.utf8.count)), id > 0
      else { continue }
      guard offset == nil || kind.hasRows else { return nil }
      self.init(kind, id: id, offset: offset ?? 0)
      return
    }
    return nil
  }

  /// A number written in digits alone.
  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }

  var text: String {
    let (before, after) = kind.path
    return "\(Self.scheme)\(before)\(id)\(after)\(offset > 0 ? "\(Self.offsetMark)\(offset)" : "")"
  }

  /// For a tool: where an object that it gives can be read as a whole, by the object's id.
  static func links(_ kinds: Kind...) -> Tool.Links {
    { object in object["id"]?.intValue.map { id in kinds.map { ResourceURI($0, id: id).text } } ?? [] }
  }
}
