#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#else
  import Glibc
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
    var file = stat()
    guard unsafe stat(path, &file) == 0 else {
      return "ca_file \(path) is not there, or may not be read by the server."
    }
    // A device or a pipe would be read for ever.
    guard file.st_mode & S_IFMT == S_IFREG else { return "ca_file \(path) is not a file." }
    guard file.st_size <= limit else { return "ca_file \(path) is larger than 1 MiB." }
    guard let contents = FileManager.default.contents(atPath: path) else {
      return "ca_file \(path) may not be read by the server."
    }
    guard String(decoding: contents, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
      return "ca_file \(path) holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----."
    }
    return nil
  }
}
