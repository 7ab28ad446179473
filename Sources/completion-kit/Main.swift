import Store

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

/// The program: an MCP server on standard input and output.
@main
enum Main {
  /// sysexits.h: the command was used incorrectly.
  private static let usageError: Int32 = 64
  /// sysexits.h: the system lacks a requirement.
  private static let systemError: Int32 = 71

  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    do {
      switch try Options.parse(Array(CommandLine.arguments.dropFirst()), environment: environment) {
      case .print(let text): print(try await text.text(environment))
      case .serve(let options):
        Allocator.economize()
        try SystemNeeds.check()
        let exitCode = try await Program(options, environment: environment).run()
        if exitCode != 0 { exit(exitCode) }
      }
    } catch let error as Options.Invalid {
      Log.error("\(error)")
      exit(usageError)
    } catch {
      Log.error("\(error)")
      exit(systemError)
    }
  }
}
