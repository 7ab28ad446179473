extension Double {
  /// Seconds that no test waits to the end, however busy the machine is: a hang is cut by the limit of its suite.
  package static let unlimited = 3_600.0
}
