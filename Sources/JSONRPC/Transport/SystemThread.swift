#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A system thread for blocking work.
package enum SystemThread {
  /// The number that tells a thread that was started here from the others.
  typealias ID = UInt

  /// The current thread; 0 for a thread that was not started here.
  static var current: ID { UInt(bitPattern: unsafe pthread_getspecific(key)) }

  /// Marks the threads that were started here.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let code = unsafe pthread_key_create(&key, nil)
    precondition(code == 0, "the system gives no key for threads (error \(code))")
    return key
  }()

  /// Whether the current thread was started here, so that it may wait for the disk: no other work waits for it.
  package static var isCurrent: Bool { current != 0 }

  /// The stack size for messages nested to the limit; the default can be as little as 512 KiB.
  private static let stackSize = 8 << 20

  fileprivate final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }

    func run() {
      unsafe pthread_setspecific(key, Unmanaged.passUnretained(self).toOpaque())
      body()
    }
  }

  /// Starts a thread that ends with its work.
  static func start(_ body: @escaping @Sendable () -> Void) {
    let code = unsafe make(running: Unmanaged.passRetained(Work(body)).toOpaque())
    precondition(code == 0, "the system gives no thread (error \(code))")
  }

  private static func make(running work: UnsafeMutableRawPointer) -> Int32 {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    unsafe pthread_attr_init(attributes)
    unsafe pthread_attr_setstacksize(attributes, stackSize)
    unsafe pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = unsafe pthread_create(&thread, attributes, threadMain, work)
    unsafe pthread_attr_destroy(attributes)
    unsafe attributes.deallocate()
    return code
  }
}

#if canImport(Darwin)
  private func threadMain(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged<SystemThread.Work>.fromOpaque(work).takeRetainedValue().run()
    return nil
  }
#else
  private func threadMain(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let work = unsafe work else { return nil }
    unsafe Unmanaged<SystemThread.Work>.fromOpaque(work).takeRetainedValue().run()
    return nil
  }
#endif
