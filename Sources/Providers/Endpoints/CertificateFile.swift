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

/// A file with the trusted certificate authorities of a server, in PEM.
package enum CertificateFile {
  /// The size limit in bytes; a bundle of all public authorities has a quarter of it.
  private static let limit = 1_048_576

  /// Why a file cannot be used, as a sentence with the remedy; nil if it can.
  ///
  /// The sentence never contains any of the file's contents.
  package static func fault(_ path: String) -> String? {
    guard path.hasPrefix("/") else { return "ca_file must be a whole path, such as /etc/ssl/my-authority.pem." }
    var file = stat()
    guard unsafe stat(path, &file) == 0 else {
      return "ca_file \(path) does not exist, or cannot be read by the server."
    }
    // Reading a device or a pipe might never end.
    guard file.st_mode & S_IFMT == S_IFREG else { return "ca_file \(path) is not a file." }
    guard file.st_size <= limit else { return "ca_file \(path) is larger than 1 MiB." }
    guard let contents = FileManager.default.contents(atPath: path) else {
      return "ca_file \(path) may not be read by the server."
    }
    guard String(decoding: contents, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
      return "ca_file \(path) contains no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----."
    }
    return nil
  }
}
