import JSONCoding
import Providers

/// The canonical name of a judge, which tells its reviews from those of another.
enum JudgeName {
  /// The name without a vendor's prefix where the model's family tells the vendor: `openai/gpt-6-luna` is `gpt-6-luna`.
  ///
  /// Any other prefix stays, because the model may be another one elsewhere.
  static func canonical(_ name: String) -> String {
    let name = name.trimmed()
    guard let (vendor, bare) = ModelName.vendorPrefix(of: name), ModelName.family(of: bare) == vendor else {
      return name
    }
    return bare
  }
}
