/// An open file, shared by the records that were read or written together.
///
/// Each of a million records keeps its file open. If all referred to the same object, threads that copy records would pass
/// its count of references from processor to processor with each copy: half of the time of a list of runs.
final class FileReference: Sendable {
  let file: FileDescriptor

  init(_ file: FileDescriptor) { self.file = file }
}
