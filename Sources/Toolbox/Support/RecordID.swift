import MCP
import Store

extension Field where Value == Int {
  /// The id of the record that a tool acts on, with the name of its kind as an alias: `run_id`.
  static func id(of kind: RecordKind, _ description: String? = nil) -> Field<Int> {
    let name = kind.singular.prefix(1).uppercased() + kind.singular.dropFirst()
    let words = kind.singular.split(separator: " ").joined(separator: "_")
    let field = Field<Int>.required("id", .id, description ?? "\(name) id.").alias("\(words)_id")
    return description == nil ? field.selfExplaining : field
  }
}
