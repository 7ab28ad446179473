import CCurl

/// libcurl's handle for one request at a time, reused with the settings that requests share.
@safe final class CurlHandle {
  let easy: OpaquePointer
  /// The certificates that its requests trust; libcurl cannot be reset to the system's.
  let certificateFile: String?
  private let errorText: UnsafeMutablePointer<CChar>
  private var fields: OpaquePointer?
  private var addresses: OpaquePointer?
  private var last: HTTPRequest?
  /// Whether libcurl asks before it sends a request again (7.80).
  private let asksBeforeSending: Bool

  /// A larger body is not kept in an idle handle.
  private static let keptBody = 16_384
  /// A larger body is not copied.
  private static let copiedBody = 1_048_576

  /// - Returns: nil when there is no memory for it.
  init?(_ settings: CurlSettings, certificateFile: String?) {
    guard let easy = unsafe ccurl_easy_make() else { return nil }
    unsafe self.easy = unsafe easy
    self.certificateFile = certificateFile
    unsafe errorText = .allocate(capacity: CURL_ERROR_SIZE)
    unsafe errorText.initialize(repeating: 0, count: CURL_ERROR_SIZE)
    asksBeforeSending = unsafe ccurl_set_may_send(easy, Int32(CURLOPT_PREREQFUNCTION), maySend) == CURLE_OK
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS)
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_HTTP09_ALLOWED, 0)
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
    set(CURLOPT_USERAGENT, settings.userAgent)
    // ``ProxyRule`` reads the environment in place of libcurl.
    set(CURLOPT_NOPROXY, "")
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    trust(settings)
    _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_ERRORBUFFER), errorText)
    _ = unsafe ccurl_set_take(easy, Int32(CURLOPT_HEADERFUNCTION), takeHeadLine)
    _ = unsafe ccurl_set_take(easy, Int32(CURLOPT_WRITEFUNCTION), takeBody)
    _ = unsafe ccurl_set_take(easy, Int32(CURLOPT_READFUNCTION), giveBody)
    _ = unsafe ccurl_set_progress(easy, Int32(CURLOPT_XFERINFOFUNCTION), mustEnd)
  }

  /// Sets the trusted certificates; a file replaces all that the system trusts.
  private func trust(_ settings: CurlSettings) {
    if let file = certificateFile ?? settings.certificateFile {
      set(CURLOPT_CAINFO, file)
      _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_CAPATH), nil)
    }
    if let file = settings.certificateFile {
      set(CURLOPT_PROXY_CAINFO, file)
      _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_PROXY_CAPATH), nil)
    }
    if let folder = settings.certificateFolder {
      if certificateFile == nil { set(CURLOPT_CAPATH, folder) }
      set(CURLOPT_PROXY_CAPATH, folder)
    }
    // Without a folder, newer versions would cache the file's contents for a day; older ones do not know the option.
    set(CURLOPT_CA_CACHE_TIMEOUT, 0)
  }

  deinit {
    unsafe ccurl_easy_free(easy)
    unsafe ccurl_list_free(fields)
    unsafe ccurl_list_free(addresses)
    unsafe errorText.deallocate()
  }

  /// libcurl's message about the last failure; empty if there is none.
  var errorDetail: String { unsafe String(cString: errorText) }

  /// The status of the proxy's answer to CONNECT; 0 if there was none.
  var proxyStatus: Int { unsafe ccurl_get_long(easy, Int32(CURLINFO_HTTP_CONNECTCODE)) }
  /// Whether the request had a connection.
  var isConnected: Bool { unsafe ccurl_get_long(easy, Int32(CURLINFO_PRETRANSFER_TIME_T)) > 0 }

  /// Delivers the body as received, without decoding.
  func leaveCoded() { set(CURLOPT_HTTP_CONTENT_DECODING, 0) }
  /// Closes the connection after the transfer once nobody else uses it.
  func forbidReuse() { set(CURLOPT_FORBID_REUSE, 1) }

  /// Prepares the handle for a transfer's request.
  ///
  /// - Parameter isFresh: whether it gets a new connection rather than an existing one.
  func prepare(_ transfer: CurlTransfer, isFresh: Bool) {
    let request = transfer.request
    unsafe errorText.pointee = 0
    if last?.url != request.url || last?.route != request.route { setDestination(request) }
    // Another request may since have told libcurl other addresses for the same name.
    if unsafe addresses != nil {
      _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_RESOLVE), UnsafeRawPointer(addresses))
    }
    if last?.headers != request.headers { setFields(request.headers) }
    if request.method == .post {
      set(CURLOPT_POST, 1)
      setBody(request.body)
    } else {
      set(CURLOPT_HTTPGET, 1)
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(request.timeout, transfer.settings.connectTimeout) * 1_000))
    set(CURLOPT_HTTP_CONTENT_DECODING, 1)
    // Older versions of libcurl repeat a request without asking if a kept connection closes before the answer.
    // A large body cannot be sent twice, because libcurl does not hold it.
    let isLarge = request.body.count > Self.copiedBody
    set(CURLOPT_FRESH_CONNECT, isFresh || isLarge || !asksBeforeSending ? 1 : 0)
    set(CURLOPT_FORBID_REUSE, 0)
    for option in [
      CURLOPT_PRIVATE, CURLOPT_PREREQDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA,
      CURLOPT_XFERINFODATA, CURLOPT_READDATA,
    ] {
      _ = unsafe ccurl_set_pointer(easy, Int32(option), transfer.context)
    }
    last = request
    last?.body = []
  }

  /// Releases what is not needed until the next request.
  func rest(after request: HTTPRequest) {
    guard request.body.count > Self.keptBody else { return }
    setBody([])
  }

  /// Sets the body, which libcurl copies and so sends together with the head, or reads from the transfer if it is large.
  private func setBody(_ body: [UInt8]) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, body.count)
    if body.count > Self.copiedBody {
      _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_POSTFIELDS), nil)
      return
    }
    // The address of an empty array can be null, and libcurl would then read the body from standard input.
    let bytes = body.isEmpty ? [0] : body
    _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_COPYPOSTFIELDS), bytes)
  }

  private func setDestination(_ request: HTTPRequest) {
    set(CURLOPT_URL, request.address)
    // HTTP/2 requires TLS; requests then wait for a connection that they can share.
    set(CURLOPT_PIPEWAIT, request.isEncrypted ? 1 : 0)
    let old = unsafe addresses
    unsafe addresses = nil
    switch request.route {
    case .proxy(let proxy, let known):
      set(CURLOPT_PROXY, proxy)
      // libcurl reads the body of a proxy's refusal to its end before it calls back.
      set(CURLOPT_NOPROGRESS, 0)
      if let place = ProxyAddress(proxy) { pin(place.host, place.port, to: known) }
    case .direct(let approved):
      set(CURLOPT_PROXY, "")
      set(CURLOPT_NOPROGRESS, 1)
      pin(request.host, request.port, to: DestinationRule.isLoopbackName(request.host) ? IPAddress.loopback : approved)
    }
    _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_RESOLVE), UnsafeRawPointer(addresses))
    unsafe ccurl_list_free(old)
  }

  /// Tells libcurl the addresses of a name, so that it does not look them up.
  private func pin(_ host: String, _ port: Int, to known: [IPAddress]) {
    guard IPAddress(urlHost: host) == nil, !known.isEmpty else { return }
    unsafe addresses = ccurl_list_append(nil, "\(host):\(port):" + known.map(\.text).joined(separator: ","))
  }

  private func setFields(_ headers: HTTPHeaders) {
    let old = unsafe fields
    unsafe fields = nil
    // libcurl removes its own default field if the value is empty.
    var lines = headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" } + ["Expect:"]
    if headers["Content-Type"] == nil { lines.append("Content-Type:") }
    for line in lines where !line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) {
      unsafe fields = unsafe ccurl_list_append(fields, line) ?? fields
    }
    _ = unsafe ccurl_set_pointer(easy, Int32(CURLOPT_HTTPHEADER), UnsafeRawPointer(fields))
    unsafe ccurl_list_free(old)
  }

  private func set(_ option: Int, _ value: Int) {
    _ = unsafe ccurl_set_long(easy, Int32(option), value)
  }

  private func set(_ option: Int, _ value: String) {
    _ = unsafe value.withCString { unsafe ccurl_set_pointer(easy, Int32(option), $0) }
  }
}

private let takeHeadLine: ccurl_take = { bytes, size, count, context in
  guard let context = unsafe context else { return 0 }
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  return unsafe CurlTransfer.from(context).takeHeadLine(line) ? line.count : 0
}

private let takeBody: ccurl_take = { bytes, size, count, context in
  guard let context = unsafe context else { return 0 }
  let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  switch unsafe CurlTransfer.from(context).takeBody(piece) {
  case .taken: return piece.count
  case .paused: return CURL_WRITEFUNC_PAUSE
  // Returning zero would signal success for an empty piece.
  case .refused: return piece.count + 1
  }
}

private let giveBody: ccurl_take = { bytes, size, count, context in
  guard let context = unsafe context else { return 0 }
  let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
  return unsafe CurlTransfer.from(context).giveBody(room)
}

private let maySend: ccurl_may_send = { context, _, _, _, _ in
  guard let context = unsafe context else { return 0 }
  return unsafe CurlTransfer.from(context).maySend() ? 0 : 1
}

private let mustEnd: ccurl_progress = { context, _, _, _, _ in
  guard let context = unsafe context else { return 0 }
  return unsafe CurlTransfer.from(context).mustEnd() ? 1 : 0
}
