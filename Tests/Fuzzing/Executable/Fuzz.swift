import FuzzTargets

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// Gives a target bytes by libFuzzer, which the toolchain has: fuzz TARGET [FOLDER ...] [-OPTION=VALUE ...].
// Tests/README.md says how it is built.

private let wanted = CommandLine.arguments.dropFirst().first ?? ""
private let target = FuzzTarget.all.first { $0.name == wanted }

@_cdecl("LLVMFuzzerTestOneInput")
package func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  do { try target?.check(bytes) } catch { fatalError("\(wanted): \(error)") }
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

@main enum Fuzz {
  static func main() {
    guard target != nil else {
      print("fuzz TARGET [FOLDER ...] [-OPTION=VALUE ...]")
      print("targets: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
      exit(2)
    }
    // libFuzzer takes the name of the program and what is behind the target.
    let texts = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { unsafe list[index] = strdup(text) }
    unsafe list[texts.count] = nil
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe list
    var count = Int32(texts.count)
    exit(unsafe runDriver(&count, &arguments, { data, size in unsafe testOneInput(data, size) }))
  }
}
