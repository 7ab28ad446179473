package import Evaluation
package import Store

/// What every tool works with.
package struct Kit: Sendable {
  package let store: Store
  package let engine: RunEngine
  /// Checks credentials before they are stored.
  package let credentials: CredentialPolicy
  /// New UUIDs, for the keys of prompt families.
  package let makeUUID: @Sendable () -> String

  package init(
    store: Store, engine: RunEngine, credentials: CredentialPolicy, makeUUID: @escaping @Sendable () -> String
  ) {
    self.store = store
    self.engine = engine
    self.credentials = credentials
    self.makeUUID = makeUUID
  }
}
