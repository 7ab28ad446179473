/// An input of a tool, of any type.
package protocol ToolField: Sendable {
  var declaration: FieldDeclaration { get }
}

extension ToolField {
  package var name: String { declaration.name }
}
