import Evaluation
import JSONCoding

/// A report as one HTML file without references to anything outside it.
///
/// The script draws the page from the report's data and writes texts only as texts. Until it runs, and where scripts are
/// off, the page has what ``ReportDocument/fallback`` makes of the same data.
struct ReportPage: Sendable {
  private let title: String
  private let content: String
  /// The report; null for a page that receives it later.
  private let data: JSONValue
  /// What the script contains beside the drawing.
  private let additions: [String]

  init(_ document: ReportDocument) {
    title = "\(document.title) - \(document.kind)"
    content = document.fallback
    data = document.json
    additions = [ReportScript.startWithData]
  }

  /// A page without a report.
  init(title: String, content: String, script: [String]) {
    self.title = title
    self.content = content
    data = .null
    additions = script
  }

  /// Nothing may be loaded, sent or embedded.
  private static let policy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    + "form-action 'none'"

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(HTMLText.escaped(title))</title>
    <style>
    \(ReportStyle.all)
    </style>
    </head>
    <body>
    <div id="report">
    \(content)
    </div>
    <script type="application/json" id="data">\(HTMLText.inScript(data))</script>
    <script>
    \((ReportScript.drawing + additions).joined(separator: "\n"))
    </script>
    </body>
    </html>

    """
  }
}

/// Escapes texts for HTML.
enum HTMLText {
  /// A text for an element or a quoted attribute.
  static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
      case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
      case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
      case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
      case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A value as JSON that cannot end the script element that contains it, or begin a comment in it.
  static func inScript(_ value: JSONValue) -> String { value.text.replacing("<", with: "\\u003c") }
}
