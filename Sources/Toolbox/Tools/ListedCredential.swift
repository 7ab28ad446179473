import JSONCoding
import Providers
import Store

/// The entries of the credentials list: stored credentials, followed by those from the environment.
enum ListedCredential: Sendable {
  case stored(ProviderCredentialRecord)
  case environment(EnvironmentCredential)

  var object: JSONObject {
    switch self {
    case .stored(let record): record.object
    case .environment(let credential): credential.object
    }
  }

  /// The id of a stored credential, or the name of another.
  var position: String {
    switch self {
    case .stored(let record): "\(record.id)"
    case .environment(let credential): credential.provider.rawValue
    }
  }

  /// Whether a credential comes after a position; nil for an invalid position.
  static func behind(_ position: String) -> ((ListedCredential) -> Bool)? {
    if let id = Int(position) {
      return { row in
        if case .stored(let record) = row { record.id < id } else { true }
      }
    }
    guard let last = Vendor.allCases.firstIndex(where: { $0.rawValue == position }) else { return nil }
    let rest = Vendor.allCases[(last + 1)...]
    return { row in
      if case .environment(let credential) = row { rest.contains(credential.provider) } else { false }
    }
  }
}

extension EnvironmentCredential {
  /// A credential without an id, whose name is a prefix for models.
  fileprivate var object: JSONObject {
    [
      "id": nil, "provider": .string(provider.rawValue), "name": .string(provider.rawValue),
      "api_endpoint": .optional(endpoint), "key_source": .string(provider.requiresKey ? "environment" : "none"),
      "created_at": nil, "updated_at": nil, "input_price": nil, "output_price": nil,
    ]
  }
}
