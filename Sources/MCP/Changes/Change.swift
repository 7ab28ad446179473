/// A change that clients can subscribe to.
package enum Change: Sendable, Hashable {
  /// The list of prompts changed.
  case prompts
  /// The list of resources changed.
  case resources
  /// The contents of the resource at this URI changed.
  case resource(String)
  /// The contents of any resource may have changed.
  case anyResource
}
