#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// The C functions whose names a transport's methods would hide.

func readBytes(from descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(descriptor, buffer.baseAddress, buffer.count)
}

func writeBytes(_ bytes: Span<UInt8>, to descriptor: Int32) -> Int {
  unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
}

func closeDescriptor(_ descriptor: Int32) {
  _ = close(descriptor)
}
