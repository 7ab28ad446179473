/// The versions of the protocol, and what each of them knows.
package enum ProtocolVersion: String, CaseIterable, Sendable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  /// The first without a handshake: every request says what it is written in.
  case july2026 = "2026-07-28"

  /// The latest of those that begin with a handshake.
  package static let latestHandshake = ProtocolVersion.november2025

  /// The names are dates, so their order is the versions'.
  package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }

  /// What `initialize` answers: the asked-for version where it is known and has a handshake, else the latest that has.
  static func negotiated(_ requested: String) -> ProtocolVersion {
    guard let version = ProtocolVersion(rawValue: requested), !version.isStateless else { return .latestHandshake }
    return version
  }

  /// Whether requests carry version and capabilities themselves, and the server sends no requests.
  package var isStateless: Bool { self >= .july2026 }
  var hasToolAnnotations: Bool { self >= .march2025 }
  var hasProgressMessages: Bool { self >= .march2025 }
  /// Clients ask for a task in one version; in the next, those that know tasks are given them.
  var hasToolExecution: Bool { self == .november2025 }
  var hasTitles: Bool { self >= .june2025 }
  var hasIcons: Bool { self >= .november2025 }
  var hasStructuredContent: Bool { self >= .june2025 }
  /// Batches came with one version and went with the next.
  var allowsBatches: Bool { self == .march2025 }
}
