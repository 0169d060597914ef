package dev.unroll.cell;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Function;
import dev.unroll.expr.text.Suggestion;
import java.util.List;
import java.util.Objects;

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
              "minimal GRU, no product in the loop", "Feng 2024, 2410.01201", MinGru.cell()),
          new Published(
              "minimal LSTM, no product in the loop", "Feng 2024, 2410.01201", MinLstm.cell()),
          new Published(
              "LSTM with exponential gates", "Beck 2024, 2405.04517", Slstm.cell()),
          new Published(
              "real-gated linear recurrent unit", "De 2024, 2402.19427", RgLru.cell(),
              RgLru.ADVICE),
          new Published(
              "time mix of RWKV-4", "Peng 2023, 2305.13048", Rwkv4.cell()),
          new Published(
              "linear recurrent unit, complex", "Orvieto 2023, 2303.06349", Lru.cell()),
          new Published(
              "closed-form continuous-time network", "Hasani 2022, 2106.13898", Cfc.cell()),
          new Published(
              "quasi-recurrent network", "Bradbury 2016, 1611.01576", Qrnn.cell()),
          new Published(
              "simple recurrent unit", "Lei 2018, 1709.02755", Sru.cell()),
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
    Objects.requireNonNull(name, "name");
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

  /// The minimal GRU, whose gate reads the input alone: no matrix product in the time loop; Feng
  /// and others 2024.
  public static Cell minGru() {
    return MinGru.cell();
  }

  /// The minimal LSTM, whose gates read the input alone and add up to one; Feng and others 2024.
  public static Cell minLstm() {
    return MinLstm.cell();
  }

  /// The LSTM with exponential gates and a stabilizer, with one head ([Cell#heads(int)]); Beck and
  /// others 2024.
  public static Cell sLstm() {
    return Slstm.cell();
  }

  /// The real-gated linear recurrent unit, with full gate matrices ([Cell#heads(int)]); De and
  /// others 2024.
  public static Cell rgLru() {
    return RgLru.cell();
  }

  /// The time mix of RWKV-4; Peng and others 2023.
  public static Cell rwkv4() {
    return Rwkv4.cell();
  }

  /// The linear recurrent unit, a complex decay for each unit; Orvieto and others 2023.
  public static Cell lru() {
    return Lru.cell();
  }

  /// The closed-form continuous-time network; Hasani and others 2022.
  public static Cell cfc() {
    return Cfc.cell();
  }

  /// The quasi-recurrent network with a window of two steps; Bradbury and others 2016.
  public static Cell qrnn() {
    return Qrnn.cell();
  }

  /// The simple recurrent unit; Lei and others 2018.
  public static Cell sru() {
    return Sru.cell();
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
  /// @param advice what to know before it is trained, in one line; empty for most
  public record Published(String name, String title, String source, Cell cell, String advice) {

    Published(String title, String source, Cell cell) {
      this(title, source, cell, "");
    }

    Published(String title, String source, Cell cell, String advice) {
      this(cell.name(), title, source, cell, advice);
    }
  }
}
