package dev.unroll.app.xray;

import dev.unroll.Engine;
import dev.unroll.data.Example;
import dev.unroll.expr.Expr;
import dev.unroll.inspect.LagProfile;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Microscope;
import dev.unroll.inspect.Spectrum;
import dev.unroll.inspect.StepJacobian;
import dev.unroll.inspect.StepJacobian.Question;
import dev.unroll.inspect.Trajectory;
import dev.unroll.inspect.highway.Highway;
import dev.unroll.inspect.highway.HighwayGradient;
import dev.unroll.inspect.highway.HighwaySplit;
import dev.unroll.layer.recurrent.Recurrent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// The findings about a model at one moment. Maps are by the layer, `layer0`, or the state of a
/// layer, `layer0 · c`.
///
/// @param look at the examples
/// @param lags of each state of each layer
/// @param answers the number of target steps of the examples, of which `lags` may cover only some
/// @param paths the direct path of each state, `f`
/// @param splits one step of each state that has a direct path
/// @param carried many steps of each state
/// @param jacobians of each layer
/// @param spectra of the recurrent matrices of each layer that has some; empty if they are too
///     large
record Findings(
    Look look,
    List<LagProfile> lags,
    int answers,
    SequencedMap<String, Expr> paths,
    SequencedMap<String, HighwaySplit> splits,
    SequencedMap<String, HighwayGradient> carried,
    SequencedMap<String, StepJacobian> jacobians,
    SequencedMap<String, SequencedMap<String, Spectrum>> spectra) {
  /// Decompositions of larger matrices take minutes.
  static final int LARGEST_MATRIX = 512;

  private static final String BETWEEN = " · ";
  private static final int SINGULAR_VALUES = 3;

  /// The limit on outputs times the steps before them up to which gradients of all outputs are
  /// computed: a text of 1,000 characters.
  private static final long WORK = 1L << 20;

  /// The smallest number of outputs.
  private static final int FEWEST = 32;

  /// Inspects a model.
  ///
  /// @param examples for gradients and gates; steps are differentiated along the first one
  static Findings of(
      Engine engine, Microscope microscope, List<Example> examples, List<String> quantities) {
    int answers = microscope.answers(examples);
    var look = microscope.look(examples, quantities);
    Examination.requireGoingOn();
    var found = new Findings(look,
        microscope.lags(examples, positions(examples, answers)), answers,
        new LinkedHashMap<>(), new LinkedHashMap<>(),
        new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    microscope.trajectories(examples.getFirst())
        .forEach((layer, trajectory) -> {
          Examination.requireGoingOn();
          found.addSteps(engine, Recurrent.of(layer), trajectory);
        });
    return found;
  }

  /// The number of outputs of each example that are used.
  private static int positions(List<Example> examples, int answers) {
    long steps = examples.stream().mapToLong(example -> example.input().length()).max().orElse(1);
    return answers * steps <= WORK ? Integer.MAX_VALUE
        : (int) Math.max(FEWEST, WORK / steps / examples.size());
  }

  /// The outputs that the profiles are means over, in words.
  String averaged() {
    int over = lags.isEmpty() ? 0 : lags.getFirst().counts()[0];
    return over == answers
        ? answers == 1 ? "of the one answer t"
            : String.format(Locale.ROOT, "averaged over all %,d answers t", answers)
        : String.format(Locale.ROOT, "averaged over %,d of %,d answers t", over, answers);
  }

  private void addSteps(Engine engine, Recurrent layer, Trajectory trajectory) {
    for (String state : layer.cell().states()) {
      var highway = Highway.of(engine, layer, trajectory, state);
      var name = name(layer.name(), state);
      paths.put(name, highway.path());
      splits.put(name, HighwaySplit.of(engine, layer, trajectory, highway));
      carried.put(name,
          HighwayGradient.of(engine, layer, trajectory, highway, trajectory.steps() - 1));
    }
    jacobians.put(layer.name(),
        StepJacobian.of(engine, layer, trajectory, Question.of(SINGULAR_VALUES)));
    if (!layer.recurrentMatrices().isEmpty()) {
      spectra.put(layer.name(),
          layer.outputSize() <= LARGEST_MATRIX ? Spectrum.of(layer) : new LinkedHashMap<>());
    }
  }

  /// The name of a state of a layer.
  static String name(String layer, String state) {
    return layer + BETWEEN + state;
  }

  /// The direct paths of the states of a layer, by state.
  SequencedMap<String, Expr> paths(Look.Layer layer) {
    var own = new LinkedHashMap<String, Expr>();
    for (String state : layer.cell().states()) {
      var path = paths.get(name(layer.name(), state));
      if (path != null) {
        own.put(state, path);
      }
    }
    return own;
  }
}
