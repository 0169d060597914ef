package dev.unroll.app.xray;

import dev.unroll.data.Example;
import dev.unroll.inspect.Highway;
import dev.unroll.inspect.HighwayGradient;
import dev.unroll.inspect.HighwaySplit;
import dev.unroll.inspect.LagProfile;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Microscope;
import dev.unroll.inspect.Spectrum;
import dev.unroll.inspect.StepJacobian;
import dev.unroll.inspect.StepJacobian.Question;
import dev.unroll.inspect.Trajectory;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Recurrent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What was found in a model at one moment. Maps are by the layer, `layer0`, or the state of a layer,
/// `layer0 · c`.
///
/// @param look at the examples
/// @param lags of each state of each layer
/// @param paths the direct path of each state as it is written in the cell, `f`
/// @param splits one step of each state that has a direct path
/// @param carried many steps of each state
/// @param jacobians of each layer
/// @param spectra of the recurrent matrices of each layer that has some; none of them where they are too
///     large
record Findings(
    Look look,
    List<LagProfile> lags,
    SequencedMap<String, String> paths,
    SequencedMap<String, HighwaySplit> splits,
    SequencedMap<String, HighwayGradient> carried,
    SequencedMap<String, StepJacobian> jacobians,
    SequencedMap<String, SequencedMap<String, Spectrum>> spectra) {
  /// Decompositions of larger matrices take minutes.
  static final int LARGEST_MATRIX = 512;

  private static final int SINGULAR_VALUES = 3;
  private static final int POSITIONS = 32;

  /// Looks at a model.
  ///
  /// @param examples for gradients and gates; along the first of them steps are differentiated
  static Findings of(
      Engine engine, Microscope microscope, List<Example> examples, List<String> quantities) {
    var found = new Findings(microscope.look(examples, quantities),
        microscope.lags(examples, POSITIONS), new LinkedHashMap<>(), new LinkedHashMap<>(),
        new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    microscope.trajectories(examples.getFirst())
        .forEach((layer, trajectory) -> found.addSteps(engine, layer, trajectory));
    return found;
  }

  private void addSteps(Engine engine, Recurrent layer, Trajectory trajectory) {
    for (String state : layer.cell().states()) {
      var highway = Highway.of(engine, layer, trajectory, state);
      var name = name(layer.name(), state);
      paths.put(name, highway.path().text());
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

  /// How a state of a layer is called.
  static String name(String layer, String state) {
    return layer + " · " + state;
  }
}
