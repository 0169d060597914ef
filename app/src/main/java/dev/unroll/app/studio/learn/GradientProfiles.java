package dev.unroll.app.studio.learn;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.data.Example;
import dev.unroll.datasets.AddingProblem;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Initializer;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// How much of a gradient is left k steps back in small untrained networks, for a spectral radius
/// of the recurrent matrix and a bias of the gate that keeps. Not thread-safe: synchronized.
public final class GradientProfiles {
  private static final int UNITS = 32;
  private static final int STEPS = 60;
  private static final int EXAMPLES = 8;
  private static final List<Example> READ = new AddingProblem(STEPS, 7).examples(0, EXAMPLES);

  private GradientProfiles() {}

  /// The profiles.
  ///
  /// @param radius of an orthogonal U times that factor, which is its spectral radius and norm
  /// @param bias of the forget gate of an LSTM, and of the update gate of a GRU
  /// @throws IllegalArgumentException if one is out of range
  public static synchronized SequencedMap<String, Object> of(Engine engine, double radius,
      double bias) {
    if (!(radius >= 0.1 && radius <= 3) || !(bias >= -5 && bias <= 8)) {
      throw new IllegalArgumentException(("the radius is %s and the bias %s, expected 0.1 to 3 and"
          + " -5 to 8").formatted(radius, bias));
    }
    var fields = new LinkedHashMap<String, Object>();
    var scaled = "orthogonal(%s)".formatted(String.format(Locale.ROOT, "%.4f", radius));
    fields.put("tanh", profile(engine, with(Cells.find("rnn"), "U", scaled), "h"));
    fields.put("linear", profile(engine,
        Cell.parse("linear", "h' = W x + U h + b\ninit U = " + scaled), "h"));
    var open = String.format(Locale.ROOT, "%.4f", bias);
    fields.put("lstm", profile(engine, with(Cells.find("lstm"), "bf", open), "c"));
    fields.put("gru", profile(engine, with(Cells.find("gru"), "bz", open), "h"));
    var bound = new ArrayList<Object>();
    for (int k = 0; k < STEPS; k++) {
      bound.add(Math.pow(radius, k));
    }
    fields.put("bound", bound);
    fields.put("gate", 1 / (1 + Math.exp(-bias)));
    return fields;
  }

  private static Cell with(Cell cell, String parameter, String start) {
    return cell.initializer(parameter, Initializer.parse(parameter, start));
  }

  private static List<Object> profile(Engine engine, Cell cell, String state) {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(cell, UNITS),
        Outputs.numbers(1));
    var lag = Microscope.of(model, engine).lags(READ, 1).stream()
        .filter(one -> one.state().equals(state)).findFirst().orElseThrow();
    var shares = new ArrayList<Object>();
    for (int k = 0; k < lag.norms().length; k++) {
      shares.add((double) (float) lag.share(k));
    }
    return shares;
  }
}
