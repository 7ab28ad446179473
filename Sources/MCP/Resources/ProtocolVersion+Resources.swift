extension ProtocolVersion {
  var hasLastModified: Bool { self >= .june2025 }
  /// Whether a tool's result may link to resources.
  var hasResourceLinks: Bool { self >= .june2025 }

  /// The code of the error for a URI with nothing behind it: the protocol's own, until it was given up for the general
  /// code of wrong parameters.
  var resourceNotFoundCode: Int { isStateless ? -32602 : -32002 }
}
