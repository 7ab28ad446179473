/// Something that a client may want to hear of.
package enum Change: Sendable, Hashable {
  /// The list of prompts is another one.
  case prompts
  /// The list of resources is another one.
  case resources
  /// The resource at this URI reads differently.
  case resource(String)
  /// Any resource may read differently.
  case anyResource
}
