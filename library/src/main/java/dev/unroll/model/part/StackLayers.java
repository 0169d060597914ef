package dev.unroll.model.part;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.wrapper.ActivationPenalty;
import dev.unroll.layer.wrapper.Dropout;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.RecurrentStack;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/// The layers of a [RecurrentStack] in their model.
public final class StackLayers {
  private final RecurrentStack body;
  private final Parameters parameters;
  private final CounterRandom random;
  private final List<Recurrent> learned = new ArrayList<>();
  private final RunnableLayer layer;
  private final Set<String> stated = new HashSet<>();
  private int stateSize;

  public StackLayers(String name, RecurrentStack body, int inputs, Parameters parameters,
      CounterRandom random) {
    this(name, body, inputs, parameters, random, l -> name + l + ".dropout");
  }

  /// @param dropout names the dropout after layer l, which determines its masks
  public StackLayers(String name, RecurrentStack body, int inputs, Parameters parameters,
      CounterRandom random,
      IntFunction<String> dropout) {
    this.body = body;
    this.parameters = parameters;
    this.random = random;
    var layers = new ArrayList<RunnableLayer>();
    if (body.inputDropout() > 0) {
      layers.add(new Dropout(name + ".inputs", inputs, body.inputDropout(), random));
    }
    int size = inputs;
    for (int l = 0; l < body.layers(); l++) {
      var one = layer(name + l, size);
      layers.add(body.isResidual() && l > 0 ? new Residual(one) : one);
      size = one.outputSize();
      if (body.dropout() > 0 && l < body.layers() - 1) {
        layers.add(new Dropout(dropout.apply(l), size, body.dropout(), random));
      }
    }
    RunnableLayer last = new Stack(layers);
    if (body.temporalPenalty() > 0) {
      last = new ActivationPenalty(last, 0, body.temporalPenalty());
    }
    if (body.dropout() > 0) {
      last = new Stack(List.of(last,
          new Dropout(dropout.apply(body.layers() - 1), size, body.dropout(), random)));
    }
    layer = body.activationPenalty() > 0 ? new ActivationPenalty(last, body.activationPenalty(), 0)
        : last;
  }

  private RunnableLayer layer(String name, int inputs) {
    var merge = body.directions();
    if (merge == null) {
      return recurrent(name, inputs);
    }
    return Bidirectional.of(name, direction -> recurrent(direction, inputs), merge);
  }

  private Recurrent recurrent(String name, int inputs) {
    var cell = body.rewritten();
    var elements = new HashMap<>(body.sizes().elements());
    elements.put(Size.INPUT.name(), inputs);
    var sizes = new Dimensions(elements);
    cell.shapes().states().forEach((state, size) -> {
      if (cell.starts().containsKey(state)) {
        stated.add(name + "." + state);
      } else {
        stateSize += sizes.of(size);
      }
    });
    var masks = Masks.drop(body.variationalDropout()).weights(body.weightDrop());
    if (body.zoneout() > 0) {
      masks = masks.zoneout(cell, body.zoneout());
    }
    var recurrent = new Recurrent(name, cell, sizes, parameters, masks, random);
    if (body.gradientPreservation() != 0) {
      recurrent.preserveGradients(body.gradientPreservation());
    }
    learned.add(recurrent);
    return recurrent;
  }

  public RunnableLayer layer() {
    return layer;
  }

  public List<Recurrent> learned() {
    return learned;
  }

  /// The sum of the sizes of all states but those for which the cell itself says from what they
  /// start.
  public int stateSize() {
    return stateSize;
  }

  /// Whether the cell itself says from what a state starts.
  ///
  /// @param state as [dev.unroll.layer.run.LayerRun#states] names it
  public boolean isStated(String state) {
    return stated.contains(state);
  }

  /// Whether its outputs are penalized, so that it matters which steps are padded.
  public boolean hasPenalty() {
    return body.activationPenalty() > 0 || body.temporalPenalty() > 0;
  }

  /// Adds the gradient of a state before the first step to that of its learned values, if it has
  /// any.
  ///
  /// @param state as [dev.unroll.layer.run.LayerRun#states] names it
  /// @param dState `[B, H]`
  public void addStartGradient(String state, Rows dState, int batch) {
    for (var recurrent : learned) {
      Restart.learned(recurrent.cell()).forEach((name, vector) -> {
        if (state.equals(recurrent.name() + "." + name)) {
          int at =
              requireNonNull(parameters.byName().get(recurrent.name() + "." + vector)).offset();
          for (int i = 0; i < batch * dState.columns(); i++) {
            parameters.gradients()[at + i % dState.columns()] +=
                dState.array()[dState.offset() + i];
          }
        }
      });
    }
  }

  public Passes run(Engine engine, Bounds bounds) {
    return run(engine, bounds, 0);
  }

  /// Binds the layers, with less memory for training.
  ///
  /// @param segment as [ModelBounds#recompute]
  public Passes run(Engine engine, Bounds bounds, int segment) {
    var kept = segment == 0 ? layer : new Recomputed(layer, segment);
    return new Passes(kept, engine, body.startsLearned() ? bounds.restarts(true) : bounds);
  }
}
