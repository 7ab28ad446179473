/// The ASCII bytes of JSON's grammar.
///
/// They are public, because the compiler puts nothing of package access in place in another module: each would be a
/// call there.
public enum ASCII {
  @inlinable public static var tab: UInt8 { 0x09 }
  @inlinable public static var lineFeed: UInt8 { 0x0a }
  @inlinable public static var carriageReturn: UInt8 { 0x0d }
  @inlinable public static var space: UInt8 { 0x20 }
  @inlinable public static var quote: UInt8 { 0x22 }
  @inlinable public static var plus: UInt8 { 0x2b }
  @inlinable public static var comma: UInt8 { 0x2c }
  @inlinable public static var minus: UInt8 { 0x2d }
  @inlinable public static var period: UInt8 { 0x2e }
  @inlinable public static var zero: UInt8 { 0x30 }
  @inlinable public static var nine: UInt8 { 0x39 }
  @inlinable public static var colon: UInt8 { 0x3a }
  @inlinable public static var openBracket: UInt8 { 0x5b }
  @inlinable public static var backslash: UInt8 { 0x5c }
  @inlinable public static var closeBracket: UInt8 { 0x5d }
  @inlinable public static var openBrace: UInt8 { 0x7b }
  @inlinable public static var closeBrace: UInt8 { 0x7d }
}
