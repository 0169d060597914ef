package dev.unroll.cell;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Function;
import dev.unroll.expr.text.Suggestion;
import java.util.List;

/// The cells that come with the library, by name. Cells without a class of their own for users show
/// their equations when they are printed.
public final class Cells {
  private static final List<Published> ALL =
      List.of(
          new Published("simple recurrent network", "Elman 1990", SimpleRnn.of(Function.TANH)),
          new Published(
              "simple recurrent network, rectified", "Elman 1990", SimpleRnn.of(Function.RELU)),
          new Published(
              "simple recurrent network, logistic", "Elman 1990", SimpleRnn.of(Function.SIGMOID)),
          new Published("simple recurrent network, linear", "Elman 1990", SimpleRnn.identity()),
          new Published(
              "rectified network that starts as the identity", "Le 2015, 1504.00941", Irnn.cell()),
          new Published(
              "long short-term memory", "Hochreiter 1997, Gers 2000", Lstm.cell()),
          new Published(
              "LSTM whose gates see the memory cell", "Gers 2000, 2002", PeepholeLstm.cell()),
          new Published(
              "LSTM with f = 1 − i", "Greff 2015, 1503.04069", CoupledLstm.cell()),
          new Published(
              "LSTM with a short output of size P", "Sak 2014, 1402.1128", ProjectedLstm.cell()),
          new Published(
              "LSTM with layer normalisation", "Ba 2016, 1607.06450", LayerNormLstm.cell()),
          new Published(
              "gated recurrent unit, reset after the product", "cuDNN, PyTorch", Gru.cell()),
          new Published(
              "gated recurrent unit, reset before the product",
              "Chung 2014, 1412.3555; in Cho 2014 z keeps",
              GruResetBefore.cell()),
          new Published(
              "minimal gated unit, one gate", "Zhou 2016, 1603.09420", MinimalGatedUnit.cell()),
          new Published(
              "independently recurrent network, no product in the loop",
              "Li 2018, 1803.04831",
              IndRnn.cell()),
          new Published(
              "fast state and slow memory, an example of a cell of one's own",
              "this library",
              TwoSpeed.cell()));

  private Cells() {}

  /// All cells, the simplest first.
  public static List<Published> all() {
    return ALL;
  }

  /// The cell called `name`.
  ///
  /// @throws CellException if there is none; the message has the nearest name and all others
  public static Cell find(String name) {
    return ALL.stream()
        .filter(published -> published.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name))
        .cell();
  }

  /// The simple recurrent network with rectified units initialized to copy its state; Le, Jaitly
  /// and Hinton 2015.
  public static Cell irnn() {
    return Irnn.cell();
  }

  /// The LSTM whose gates read the memory cell of their own unit; Gers and Schmidhuber 2000.
  public static Cell peepholeLstm() {
    return PeepholeLstm.cell();
  }

  /// The LSTM with input and forget gate coupled, `f = 1 − i`; Greff and others 2015.
  public static Cell coupledLstm() {
    return CoupledLstm.cell();
  }

  /// The LSTM with many memory cells, H, and a short output, P; Sak, Senior and Beaufays 2014.
  public static Cell projectedLstm() {
    return ProjectedLstm.cell();
  }

  /// The LSTM with layer normalization, as in its paper; Ba, Kiros and Hinton 2016.
  public static Cell layerNormLstm() {
    return LayerNormLstm.cell();
  }

  /// The gated recurrent unit with the reset gate before the product, as in the papers; Chung and
  /// others 2014.
  public static Cell gruResetBefore() {
    return GruResetBefore.cell();
  }

  /// The gated recurrent unit whose one gate both forgets and resets; Zhou and others 2016.
  public static Cell minimalGatedUnit() {
    return MinimalGatedUnit.cell();
  }

  /// The independently recurrent network: each unit reads only its own state, so there is no matrix
  /// product in the time loop; Li and others 2018.
  public static Cell indRnn() {
    return IndRnn.cell();
  }

  /// An example of a custom cell: a fast state, and a slow memory that follows it.
  public static Cell twoSpeed() {
    return TwoSpeed.cell();
  }

  private static CellException unknown(String name) {
    var names = ALL.stream().map(Published::name).toList();
    var suggestion = Suggestion.of(name, names);
    return new CellException(
        "There is no cell called '%s'%s The cells are %s."
            .formatted(
                name, suggestion.isEmpty() ? "." : suggestion, String.join(", ", names)),
        null);
  }

  /// A cell that comes with the library.
  ///
  /// @param name the name of the cell, for [Cells#find]
  /// @param title a description in one line
  /// @param source its source: author, year, arXiv number if there is one
  /// @param cell its equations
  public record Published(String name, String title, String source, Cell cell) {

    Published(String title, String source, Cell cell) {
      this(cell.name(), title, source, cell);
    }
  }
}
