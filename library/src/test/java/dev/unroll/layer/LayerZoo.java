package dev.unroll.layer;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.rewrite.LayerNormalized;
import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Function;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.Masks.MaskRule;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.layer.wrapper.Dropout;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Layers of all kinds with parameters of their own, each 4 features in.
public final class LayerZoo {
  public static final int F = 4;
  private static final long SEED = 11;

  /// Makes a layer that takes F features.
  public interface Maker {
    RunnableLayer make(LayerZoo zoo);
  }

  /// A layer with its parameters, initialized.
  public record Built(RunnableLayer layer, Parameters parameters) {}

  private final Parameters parameters = new Parameters();
  private final CounterRandom random = CounterRandom.of(SEED);
  private final List<Recurrent> learned = new ArrayList<>();

  private boolean silent;

  private LayerZoo() {}

  /// Nothing is dropped from here on, though all masks are there.
  void silence() {
    silent = true;
  }

  public static Built build(Maker maker) {
    var zoo = new LayerZoo();
    var layer = maker.make(zoo);
    zoo.parameters.freeze();
    zoo.learned.forEach(Recurrent::initialize);
    // Biases and gains that tell things apart.
    for (int i = 0; i < zoo.parameters.size(); i++) {
      zoo.parameters.values()[i] += 0.1f * (float) Math.sin(i);
    }
    return new Built(layer, zoo.parameters);
  }

  public Recurrent cell(String name, Cell cell, int inputs, int hidden, Masks masks) {
    var sizes = new TreeMap<>(Map.of("F", inputs, "H", hidden, "P", 3));
    var layer = new Recurrent(
        name, cell, new Dimensions(sizes), parameters, silent ? silent(masks) : masks, random);
    learned.add(layer);
    return layer;
  }

  public Recurrent cell(String name, Cell cell, int inputs, int hidden) {
    return cell(name, cell, inputs, hidden, Masks.NONE);
  }

  /// An LSTM with peepholes whose states start from numbers.
  public static Cell startsStated() {
    return Cells.peepholeLstm().start("c", new Expr.Constant(0.5))
        .start("h", new Expr.Constant(-0.25));
  }

  public Dropout dropout(String name, int size, double drop) {
    return new Dropout(name, size, silent ? 0 : drop, random);
  }

  private static Masks silent(Masks masks) {
    var silent = Masks.NONE;
    for (var rule : masks.rules().entrySet()) {
      silent = silent.with(rule.getKey(),
          rule.getValue() instanceof MaskRule.Zone ? new MaskRule.Zone(0) : new MaskRule.Drop(0));
    }
    return silent;
  }

  /// Layers whose sequences may be cut.
  static SequencedMap<String, Maker> divisible() {
    var makers = new LinkedHashMap<String, Maker>();
    Cells.all().forEach(p -> makers.put(p.name(), zoo -> zoo.cell("l", p.cell(), F, 5)));
    makers.put("stated starts", zoo -> zoo.cell("l", LayerZoo.startsStated(), F, 5));
    makers.put("zoneout", zoo -> zoo.cell("l", Zoneout.of(Lstm.cell()), F, 5,
        Masks.NONE.zoneout(Lstm.cell(), 0.3)));
    makers.put("norm and masks", zoo -> zoo.cell("l",
        VariationalDropout.of(LayerNormalized.of(Gru.cell()), VariationalDropout.Masks.UNTIED), F,
        5, Masks.drop(0.4)));
    makers.put("dropped weights",
        zoo -> zoo.cell("l", Lstm.cell(), F, 5, Masks.NONE.weights(0.4)));
    makers.put("stack", zoo -> new Stack(List.of(
        zoo.cell("a", Lstm.cell(), F, 5), zoo.dropout("d", 5, 0.3),
        zoo.cell("b", Cells.gruResetBefore(), 5, 6), zoo.dropout("e", 6, 0.2),
        zoo.cell("out", Dense.cell(Function.TANH), 6, 7))));
    makers.put("residual", zoo -> new Stack(List.of(zoo.cell("a", Lstm.cell(), F, 6),
        new Residual(zoo.cell("b", Gru.cell(), 6, 6)), zoo.dropout("d", 6, 0.3))));
    return makers;
  }

  /// Layers that need whole sequences.
  static SequencedMap<String, Maker> whole() {
    var makers = new LinkedHashMap<String, Maker>();
    makers.put("both directions, concatenated", zoo -> new Bidirectional(
        zoo.cell("f", Lstm.cell(), F, 5), zoo.cell("g", Gru.cell(), F, 6), Merge.CONCATENATE));
    makers.put("both directions, added", zoo -> Bidirectional.of("l",
        name -> zoo.cell(name, Lstm.cell(), F, 5), Merge.SUM));
    makers.put("both directions, deep", zoo -> new Stack(List.of(
        Bidirectional.of("a", name -> zoo.cell(name, Gru.cell(), F, 3), Merge.CONCATENATE),
        zoo.dropout("d", 6, 0.3),
        new Residual(Bidirectional.of("b",
            name -> zoo.cell(name, SimpleRnn.of(Function.TANH), 6, 6), Merge.SUM)),
        Bidirectional.of("c", name -> zoo.cell(name, Lstm.cell(), 6, 4), Merge.CONCATENATE),
        zoo.dropout("e", 8, 0.2))));
    return makers;
  }

  static SequencedMap<String, Maker> all() {
    var makers = divisible();
    makers.putAll(whole());
    return makers;
  }
}
