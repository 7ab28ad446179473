/// An open file, as the records of one part of it refer to it.
///
/// Each of a million records keeps its file open. If all referred to the same object, threads that copy records would pass
/// its count of references from processor to processor with each copy, which took most of the time to add up two runs at once.
final class FileReference: Sendable {
  let file: FileDescriptor

  init(_ file: FileDescriptor) { self.file = file }
}
