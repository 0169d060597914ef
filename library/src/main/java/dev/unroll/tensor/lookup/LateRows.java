package dev.unroll.tensor.lookup;

/// Rows of looked-up matrices that are some steps late, as nobody has looked at them: whoever wants
/// to see values has them brought up to date. Called by the thread that trains.
public interface LateRows {
  /// Brings all rows up to date, and says so to the parameters.
  void bringUpToDate();

  /// Brings one row up to date.
  void bringUpToDate(TouchedRows rows, int row);
}
