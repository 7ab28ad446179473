/// The ASCII bytes of JSON's grammar.
package enum ASCII {
  package static let tab: UInt8 = 0x09
  package static let lineFeed: UInt8 = 0x0a
  package static let carriageReturn: UInt8 = 0x0d
  package static let space: UInt8 = 0x20
  package static let quote: UInt8 = 0x22
  package static let plus: UInt8 = 0x2b
  package static let comma: UInt8 = 0x2c
  package static let minus: UInt8 = 0x2d
  package static let period: UInt8 = 0x2e
  package static let zero: UInt8 = 0x30
  package static let nine: UInt8 = 0x39
  package static let colon: UInt8 = 0x3a
  package static let openBracket: UInt8 = 0x5b
  package static let backslash: UInt8 = 0x5c
  package static let closeBracket: UInt8 = 0x5d
  package static let openBrace: UInt8 = 0x7b
  package static let closeBrace: UInt8 = 0x7d

}
