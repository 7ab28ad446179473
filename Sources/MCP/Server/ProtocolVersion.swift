/// The protocol versions and their features.
package enum ProtocolVersion: String, CaseIterable, Sendable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  /// The first version without a handshake; every request names its version.
  case july2026 = "2026-07-28"

  /// The latest version with a handshake.
  package static let latestHandshake = ProtocolVersion.november2025

  /// The names are dates, so their text order is the order of the versions.
  package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }

  /// The version in the answer to `initialize`: the requested one if it is known and has a handshake, otherwise the
  /// latest with one.
  static func negotiated(_ requested: String) -> ProtocolVersion {
    guard let version = ProtocolVersion(rawValue: requested), !version.isStateless else { return .latestHandshake }
    return version
  }

  /// Whether every request carries its version and capabilities, and the server sends no requests.
  package var isStateless: Bool { self >= .july2026 }
  var hasToolAnnotations: Bool { self >= .march2025 }
  var hasProgressMessages: Bool { self >= .march2025 }
  /// Whether a client requests a task in a tool call; in the next version, every client with tasks gets one.
  var hasToolExecution: Bool { self == .november2025 }
  var hasTitles: Bool { self >= .june2025 }
  var hasIcons: Bool { self >= .november2025 }
  var hasStructuredContent: Bool { self >= .june2025 }
  /// Whether one line may hold several messages.
  var allowsBatches: Bool { self == .march2025 }
  /// Whether a tool's definition has metadata, which name its app.
  var hasToolMetadata: Bool { self >= .june2025 }
  var hasElicitation: Bool { self >= .june2025 }
  /// Whether a question to the user names its mode.
  var hasElicitationModes: Bool { self >= .november2025 }
  var hasLastModified: Bool { self >= .june2025 }
  /// Whether a tool's result may link to resources.
  var hasResourceLinks: Bool { self >= .june2025 }
  /// The error code for an unknown URI; the newest version uses the general code of invalid parameters.
  var resourceNotFoundCode: Int { isStateless ? -32602 : -32002 }
}
