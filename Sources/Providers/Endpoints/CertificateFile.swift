import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file with the certificates of the authorities that a server is trusted by, in PEM.
package enum CertificateFile {
  /// In bytes; a bundle of every public authority has a quarter of it.
  private static let limit = 1_048_576

  /// What keeps a file from being used, as a sentence that says what to do; nil if nothing does.
  ///
  /// Its contents never are a part of the sentence.
  package static func fault(_ path: String) -> String? {
    guard path.hasPrefix("/") else { return "ca_file must be a whole path, such as /etc/ssl/my-authority.pem." }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(path)) else {
      return "ca_file \(path) is not there, or may not be read by the server."
    }
    // A device or a pipe would be read for ever.
    guard attributes[.type] as? FileAttributeType == .typeRegular else { return "ca_file \(path) is not a file." }
    guard let size = attributes[.size] as? Int, size <= limit else { return "ca_file \(path) is larger than 1 MiB." }
    guard let contents = FileManager.default.contents(atPath: path) else {
      return "ca_file \(path) may not be read by the server."
    }
    guard String(decoding: contents, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
      return "ca_file \(path) holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----."
    }
    return nil
  }

  /// The file that a symbolic link leads to.
  private static func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().path
  }
}
