import Evaluation
import MCP

/// Answers a request for a prompt, a resource or a task: what the domain refuses is the request's fault.
///
/// The results of tools quote both kinds of errors alike and need no conversion.
func convertingDomainErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
  do { return try await body() } catch let error as EvaluationError { throw ToolError(error.description) }
}
