import Providers

/// What a judge is called where its reviews are told from those of another.
enum JudgeName {
  /// The name without a vendor's prefix where the model's family tells the vendor: `openai/gpt-4.1` is `gpt-4.1`.
  ///
  /// Any other prefix stays, because the model may be another one elsewhere.
  static func canonical(_ name: String) -> String {
    let name = name.trimmed()
    guard let slash = name.firstIndex(of: "/") else { return name }
    let bare = String(name[name.index(after: slash)...])
    guard let family = ModelRouter.family(of: bare), family.rawValue == name[..<slash].lowercased() else { return name }
    return bare
  }
}
