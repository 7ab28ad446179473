/// The versions of the protocol and the features of each.
package enum ProtocolVersion: String, CaseIterable, Sendable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  /// The first version without a handshake: every request names its version.
  case july2026 = "2026-07-28"

  /// The latest version that begins with a handshake.
  package static let latestHandshake = ProtocolVersion.november2025

  /// The names are dates, so their order is the versions'.
  package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }

  /// The answer to `initialize`: the requested version if it is known and has a handshake, else the latest that has one.
  static func negotiated(_ requested: String) -> ProtocolVersion {
    guard let version = ProtocolVersion(rawValue: requested), !version.isStateless else { return .latestHandshake }
    return version
  }

  /// Whether requests carry version and capabilities themselves, and the server sends no requests.
  package var isStateless: Bool { self >= .july2026 }
  var hasToolAnnotations: Bool { self >= .march2025 }
  var hasProgressMessages: Bool { self >= .march2025 }
  /// Whether a client asks for a task in the call of a tool; in the next version, clients that know tasks are given them.
  var hasToolExecution: Bool { self == .november2025 }
  var hasTitles: Bool { self >= .june2025 }
  var hasIcons: Bool { self >= .november2025 }
  var hasStructuredContent: Bool { self >= .june2025 }
  /// Whether one line may hold several messages.
  var allowsBatches: Bool { self == .march2025 }
  var hasElicitation: Bool { self >= .june2025 }
  /// Whether a question to the user names its mode.
  var hasElicitationModes: Bool { self >= .november2025 }
  var hasLastModified: Bool { self >= .june2025 }
  /// Whether the result of a tool may link to resources.
  var hasResourceLinks: Bool { self >= .june2025 }
  /// The code of the error for a URI without a resource; the newest version uses the general code of wrong parameters.
  var resourceNotFoundCode: Int { isStateless ? -32602 : -32002 }
}
