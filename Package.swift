// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "completion-kit",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "completion-kit", targets: ["completion-kit"])],
  targets: [
    .target(name: "JSONCoding"),
    .target(name: "JSONRPC", dependencies: ["JSONCoding"]),
    .target(name: "MCP", dependencies: ["JSONRPC", "JSONCoding"]),
    .target(name: "Store", dependencies: ["JSONCoding"]),
    .target(name: "CCurl"),
    .target(name: "Providers", dependencies: ["CCurl", "JSONCoding"]),
    .target(name: "Evaluation", dependencies: ["Store", "Providers", "JSONCoding"]),
    .target(name: "Toolbox", dependencies: ["MCP", "JSONRPC", "Evaluation", "Store", "Providers", "JSONCoding"]),
    .executableTarget(
      name: "completion-kit",
      dependencies: ["Toolbox", "MCP", "JSONRPC", "Evaluation", "Store", "Providers", "JSONCoding"]),

    .executableTarget(
      name: "store-benchmark", dependencies: ["Store", "JSONCoding"], path: "Tests/Benchmarks/StoreBenchmark"),
    .executableTarget(
      name: "simulations", dependencies: ["Evaluation", "Providers", "Store"], path: "Tests/Benchmarks/Simulations"),
    .executableTarget(
      name: "check-benchmark", dependencies: ["Evaluation", "JSONCoding"], path: "Tests/Benchmarks/CheckBenchmark"),
    .executableTarget(
      name: "transport-benchmark", dependencies: ["Providers"], path: "Tests/Benchmarks/TransportBenchmark"),
    .executableTarget(name: "curl-loop", dependencies: ["CCurl"], path: "Tests/Benchmarks/CurlLoop"),

    // What several test targets use. They hold no tests, but as test targets they are built with the tests only.
    .testTarget(name: "TestSupport"),
    .testTarget(name: "ProvidersTestSupport", dependencies: ["TestSupport", "Providers", "JSONCoding"]),

    .testTarget(
      name: "FuzzTargets", dependencies: ["JSONRPC", "Evaluation", "Store", "Providers", "JSONCoding"],
      path: "Tests/Fuzzing/Targets"),

    .testTarget(name: "ArchitectureTests", dependencies: ["JSONCoding"]),
    .testTarget(name: "FuzzingTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/SeedTests"),
    .testTarget(name: "JSONCodingTests", dependencies: ["TestSupport", "JSONCoding"]),
    .testTarget(name: "JSONRPCTests", dependencies: ["TestSupport", "JSONRPC", "JSONCoding"]),
    .testTarget(name: "MCPTests", dependencies: ["MCP", "JSONRPC", "JSONCoding"]),
    .testTarget(name: "StoreTests", dependencies: ["TestSupport", "Store", "JSONCoding"]),
    .testTarget(
      name: "ProvidersTests", dependencies: ["ProvidersTestSupport", "TestSupport", "Providers", "CCurl", "JSONCoding"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["ProvidersTestSupport", "TestSupport", "Evaluation", "Store", "Providers", "JSONCoding"]),
    .testTarget(
      name: "ProgramTests",
      dependencies: ["TestSupport", "completion-kit", "Toolbox", "MCP", "JSONRPC", "Providers", "JSONCoding"]),
    .testTarget(
      name: "ToolboxTests",
      dependencies: [
        "ProvidersTestSupport", "TestSupport", "Toolbox", "MCP", "JSONRPC", "Evaluation", "Store", "Providers",
        "JSONCoding",
      ]),
  ]
)

/// The targets in C, to which the settings for Swift do not apply.
let inC = ["CCurl", "curl-loop"]

// The thread sanitizer does not know the toolchain's lock. This puts one in its place that it knows, for
// `.ci/sanitize thread`.
if Context.environment["THREAD_SANITIZER"] != nil {
  for target in package.targets where !inC.contains(target.name) { target.dependencies.append("Synchronization") }
  package.targets.append(.target(name: "Synchronization", path: "Tests/ThreadSanitizer"))
}

// The fuzz targets as a program of their own, with all that they test prepared for libFuzzer, as .ci/fuzz builds it.
let sanitizers = Context.environment["FUZZING"] == "quick" ? "fuzzer" : "fuzzer,address"
if Context.environment["FUZZING"] != nil {
  package.targets.removeAll { $0.type == .test }
  package.targets += [
    .target(
      name: "FuzzTargets", dependencies: ["JSONRPC", "Evaluation", "Store", "Providers", "JSONCoding"],
      path: "Tests/Fuzzing/Targets"),
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/Executable",
      linkerSettings: [.unsafeFlags(["-sanitize=\(sanitizers)", "-use-ld=lld"])]),
  ]
}

for target in package.targets where !inC.contains(target.name) {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
  ]
}

if Context.environment["FUZZING"] != nil {
  for target in package.targets where !inC.contains(target.name) {
    target.swiftSettings?.append(.unsafeFlags(["-enable-testing", "-sanitize=\(sanitizers)"]))
  }
}

// Only where the project's own checks ask for it: a newer compiler's new warning must not stop anybody's build.
if Context.environment["WARNINGS_AS_ERRORS"] != nil {
  for target in package.targets {
    if inC.contains(target.name) {
      target.cSettings = [.treatAllWarnings(as: .error)]
    } else {
      target.swiftSettings?.append(.treatAllWarnings(as: .error))
    }
  }
}
