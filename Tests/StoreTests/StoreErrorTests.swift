import Testing

@testable import Store

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct StoreErrorTests {
  @Test(arguments: [
    (ENOSPC, "free space on the disk"), (EDQUOT, "free space on the disk"), (EACCES, "make the path usable"),
  ])
  func `what helps depends on why the store cannot be written`(code: Int32, remedy: String) {
    let error = StoreError.unusable(path: "s", action: "write to", reason: SystemError(code: code).description)
    #expect(error.description.contains("Nothing was changed; \(remedy)"), "\(error)")
  }
}
