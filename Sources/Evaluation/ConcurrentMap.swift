#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Transforms elements on all processors; returns the results in order.
///
/// - Parameter smallestPart: the number of elements that are worth a task.
package func mapConcurrently<Element: Sendable, Result: Sendable>(
  _ elements: [Element], smallestPart: Int = 64, _ transform: @escaping @Sendable (Element) throws -> Result
) async throws -> [Result] {
  let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  // Parts are small enough that all processors end at about the same time.
  let size = max(smallestPart, elements.count / (processors * 8) + 1)
  let starts = Array(stride(from: 0, to: elements.count, by: size))
  return try await withThrowingTaskGroup(of: (start: Int, results: [Result]).self) { group in
    for start in starts {
      group.addTask { (start, try elements[start..<min(start + size, elements.count)].map(transform)) }
    }
    var parts: [Int: [Result]] = [:]
    for try await part in group { parts[part.start] = part.results }
    return starts.flatMap { parts[$0] ?? [] }
  }
}
