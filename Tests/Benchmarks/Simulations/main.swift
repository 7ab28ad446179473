// Checks the guarantees of the statistics by simulation: swift run -c release simulations [coverage] [verdicts]
// [skewed] [power] [drafts] [experiments] [stops] [people] [improve]. It is seeded, so the same program prints the same
// tables everywhere. A number as the last argument divides the trials of a cell.

let arguments = CommandLine.arguments.dropFirst()
let divisor = arguments.compactMap { Int($0) }.last ?? 1
let parts = arguments.filter { Int($0) == nil }

if parts.isEmpty || parts.contains("coverage") { await coverage(trials: 2000 / divisor) }
if parts.isEmpty || parts.contains("verdicts") { await falseVerdicts(trials: 10_000 / divisor) }
if parts.contains("skewed") { await skewedVerdicts(trials: 10_000 / divisor) }
if parts.isEmpty || parts.contains("power") { await power(trials: 2000 / divisor) }
if parts.isEmpty || parts.contains("drafts") { await drafts(trials: 2000 / divisor) }
if parts.isEmpty || parts.contains("experiments") { await experiments(trials: 2000 / divisor) }
if parts.contains("stops") { try await earlyStops(trials: 1000 / divisor) }
if parts.contains("people") { try await humanVerdicts(trials: 1000 / divisor) }
if parts.contains("improve") { try await draftSequences(trials: 400 / divisor) }
