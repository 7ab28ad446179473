import JSONCoding
package import Providers
package import Store

extension RequestParameters {
  /// The parameters that are sent with the messages.
  package init(_ settings: RequestSettings) {
    self.init()
    for member in settings.values.members {
      switch member.key {
      case RequestSetting.systemPrompt.name, RequestSetting.messages.name: break
      case RequestSetting.responseSchema.name:
        responseSchema = member.value.objectValue.map { ResponseSchema(name: "answer", schema: $0) }
      default: self[RequestParameter(rawValue: member.key)] = member.value
      }
    }
  }

  /// These parameters with another seed, if they have one.
  func reseeded(by offset: Int) -> Self {
    let name = RequestParameter(rawValue: RequestSetting.seed.name)
    guard offset > 0, let seed = self[name]?.intValue else { return self }
    var parameters = self
    parameters[name] = .int(seed &+ offset)
    return parameters
  }
}
