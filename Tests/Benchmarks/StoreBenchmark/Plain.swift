import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The limit for durable commits: the same bytes appended to a plain file and synced.
func plainAppends(of entry: [UInt8], count: Int, in folder: String) async -> Double {
  let descriptor = unsafe open(folder + "/plain", O_RDWR | O_CREAT | O_TRUNC, 0o600)
  defer { close(descriptor) }
  let (time, _) = await seconds {
    for _ in 0..<count {
      _ = unsafe entry.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      #if canImport(Darwin)
        _ = fcntl(descriptor, F_FULLFSYNC)
      #else
        fdatasync(descriptor)
      #endif
    }
  }
  return Double(count) / time
}
