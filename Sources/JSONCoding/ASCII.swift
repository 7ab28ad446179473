/// The ASCII bytes of JSON's grammar.
///
/// They are inlinable properties, because other modules read constants through a function call.
package enum ASCII {
  @inlinable package static var tab: UInt8 { 0x09 }
  @inlinable package static var lineFeed: UInt8 { 0x0a }
  @inlinable package static var carriageReturn: UInt8 { 0x0d }
  @inlinable package static var space: UInt8 { 0x20 }
  @inlinable package static var quote: UInt8 { 0x22 }
  @inlinable package static var plus: UInt8 { 0x2b }
  @inlinable package static var comma: UInt8 { 0x2c }
  @inlinable package static var minus: UInt8 { 0x2d }
  @inlinable package static var period: UInt8 { 0x2e }
  @inlinable package static var zero: UInt8 { 0x30 }
  @inlinable package static var nine: UInt8 { 0x39 }
  @inlinable package static var colon: UInt8 { 0x3a }
  @inlinable package static var openBracket: UInt8 { 0x5b }
  @inlinable package static var backslash: UInt8 { 0x5c }
  @inlinable package static var closeBracket: UInt8 { 0x5d }
  @inlinable package static var openBrace: UInt8 { 0x7b }
  @inlinable package static var closeBrace: UInt8 { 0x7d }
}
