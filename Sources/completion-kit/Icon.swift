/// The server's icon in clients: three bars, the last one the highest.
enum Icon {
  /// A PNG of 48 by 48 as a `data:` URI.
  static let dataURI =
    "data:image/png;base64,"
    + "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAgMAAAAqbBEUAAAACVBMVEUfKTeco68005kzaEycAAAAG0lEQVR42mNgoDNYtWqQckJD"
    + "6cABsgYthy4AADkDP8FNs8t0AAAAAElFTkSuQmCC"
}
