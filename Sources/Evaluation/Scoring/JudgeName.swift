import JSONCoding
import Providers

/// The canonical name of a judge, by which its reviews are identified.
enum JudgeName {
  /// The name without a vendor's prefix if the model's family identifies the vendor: `openai/gpt-6-luna` is
  /// `gpt-6-luna`.
  ///
  /// Any other prefix stays, because the name may mean a different model elsewhere.
  static func canonical(_ name: String) -> String {
    let name = name.trimmed()
    guard let (vendor, bare) = ModelName.vendorPrefix(of: name), ModelName.family(of: bare) == vendor else {
      return name
    }
    return bare
  }
}
