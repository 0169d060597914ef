package dev.unroll.app.run;

import dev.unroll.app.data.ExampleData;
import dev.unroll.data.Batches;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Generative;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.Structure;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Update;
import java.util.HashMap;

/// The memory of training, estimated from the plans before allocation.
public final class Footprint {
  /// Floats for each parameter: its value, its gradient, two moments of the optimizer, and about
  /// two copies in the layout of the kernels.
  public static final long PER_PARAMETER = 6;

  /// From so many symbols on, as many rows have logits at a time (decision 29).
  private static final int MANY = 1024;
  private static final int BLOCK = 512;

  private Footprint() {}

  /// The bytes for the parameters, and for statistics of their updates.
  public static long ofParameters(long parameters) {
    return PER_PARAMETER * Float.BYTES * parameters + Update.bytes(parameters);
  }

  /// The bytes for the copies of the model that train on their own: their weights and what their
  /// optimizers keep.
  public static long ofCopies(Recipe recipe, long parameters) {
    return !recipe.outer().acts() ? 0
        : Float.BYTES * parameters
            * (1 + recipe.shards() * (1L + recipe.optimizer().rule().arrays().size()));
  }

  /// What takes less memory if it is smaller.
  private static String smaller(Recipe recipe, String options) {
    return recipe.outer().acts() ? "--shards, " + options : options;
  }

  /// The bytes that the layers of a structure will take once the first batches are read, for
  /// training and validation.
  public static double ofLayers(Structure model, ExampleData data) {
    var validation = data.validationBatches();
    return ofLayers(model, data.trainBatches(), true)
        + (validation == null ? 0 : ofLayers(model, validation, false));
  }

  private static double ofLayers(Structure model, Batches batches, boolean training) {
    double bytes = 0;
    for (var layer : model.layers()) {
      for (var recurrent : Recurrent.in(layer)) {
        boolean reads = !(model instanceof Generative)
            || model instanceof EncoderDecoder && recurrent.name().startsWith("encoder.");
        int time = reads ? batches.longestInput() : batches.longestTarget();
        bytes += recurrent.bytes(Bounds.of(time, batches.batchSize(), training).masked(true));
      }
    }
    return bytes;
  }

  /// Checks that the parameters of a model alone fit into the memory that Java may take, before
  /// they are drawn.
  ///
  /// @throws IllegalArgumentException that says what is needed, what there is and what to do
  public static void requireParameters(Recipe recipe, long parameters) {
    double bytes =
        (double) PER_PARAMETER * Float.BYTES * parameters + ofCopies(recipe, parameters);
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new IllegalArgumentException(
          ("training takes more than %,.0f MiB, for %,d parameters, but Java may take %,d MiB; "
              + "choose a smaller %s, or allow more with UNROLL_JAVA_OPTS=-Xmx%.0fg")
              .formatted(bytes / (1 << 20), parameters, most >> 20,
                  smaller(recipe, "--hidden or --layers"),
                  Math.ceil(1.2 * bytes / (1 << 30))));
    }
  }

  /// Checks that a run on examples fits into the memory that Java may take.
  ///
  /// @throws IllegalArgumentException that says what is needed, what is available and what to do
  public static void require(TrainingJob run, ExampleData data) {
    long most = Runtime.getRuntime().maxMemory();
    if (run.bytes() > most) {
      throw new IllegalArgumentException(
          ("training takes about %,d MiB, for %,d parameters and %d examples of up to %,d steps at"
              + " once, but Java may take %,d MiB; choose a smaller %s,"
              + " cut the examples, or allow more with UNROLL_JAVA_OPTS=-Xmx%.0fg")
              .formatted(run.bytes() >> 20, run.trainer().model().parameters().size(),
                  data.given().batch(),
                  Math.max(data.trainBatches().longestInput(),
                      data.trainBatches().longestTarget()),
                  most >> 20, smaller(run.trainer().recipe(), "--batch, --hidden or --layers"),
                  Math.ceil(1.2 * run.bytes() / (1 << 30))));
    }
  }

  /// Checks that a model and the activations of a step fit into the memory that Java may take.
  ///
  /// @throws IllegalArgumentException that says what is needed, what is available and what to do
  ///
  public static void require(SequenceToSequence.Parts architecture, int batch, int time,
      Recipe recipe) {
    long parameters = architecture.parameterCount();
    double bytes = bytes(architecture, batch, time, recipe.recompute())
        + ofCopies(recipe, parameters);
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new IllegalArgumentException(
          ("training takes about %,.0f MiB, for %,d parameters and %d · %d characters at once, but"
              + " Java may take %,d MiB; choose a smaller %s, or"
              + " allow more with UNROLL_JAVA_OPTS=-Xmx%.0fg")
              .formatted(bytes / (1 << 20), parameters, batch, time,
                  most >> 20, smaller(recipe, "--batch, --time, --hidden or --layers"),
                  Math.ceil(1.2 * bytes / (1 << 30))));
    }
  }

  /// The bytes that training would take if it kept everything.
  static long withoutRecomputation(SequenceToSequence.Parts architecture, int batch, int time) {
    return (long) bytes(architecture, batch, time, 0);
  }

  /// The approximate bytes of a run on a text.
  public static double bytes(
      SequenceToSequence.Parts architecture, int batch, int time, int recompute) {
    int segment = recompute == 0 ? time : Math.min(recompute, time);
    double floats = activations(architecture, batch, segment, time);
    // Symbols' vectors, logits and their gradients, and with recomputation copies of them.
    double rows = (double) batch * time;
    int symbols = architecture.inputs().symbols();
    floats += rows * 2 * architecture.inputs().size();
    // Of many symbols only a block of rows has logits, with their gradients in the same place.
    floats += symbols < MANY ? rows * 2 * symbols : Math.min(rows, BLOCK) * symbols;
    return ofParameters(architecture.parameterCount()) + Float.BYTES * floats;
  }

  /// Floats for all layers; a double, as absurd sizes overflow a long.
  ///
  /// @param segment the number of steps of the recurrent layers that are kept
  private static double activations(
      SequenceToSequence.Parts parts, int batch, int segment, int time) {
    var body = parts.body();
    var plan = Plan.training(body.cell());
    int inputs = parts.inputs().size();
    double floats = 0;
    for (int layer = 0; layer < body.layers(); layer++) {
      var sizes = new HashMap<>(body.sizes().elements());
      sizes.put(Size.INPUT.name(), inputs);
      var dimensions = new Dimensions(sizes);
      floats += floats(plan, dimensions, batch, segment);
      inputs = dimensions.of(body.cell().shapes().output());
    }
    return floats
        + floats(Plan.training(Dense.cell(null)),
            Dimensions.of(inputs, parts.outputs().targets()), batch, time);
  }

  /// The floats of a plan, with its input and the gradient of its output, which belong to other
  /// layers.
  public static double floats(Plan plan, Dimensions sizes, int batch, int time) {
    var gradient = plan.gradient();
    double given = columns(plan.input(), sizes)
        + (gradient == null ? 0 : columns(gradient.arriving(), sizes));
    return Unrolled.bytes(plan, sizes, time, batch) / Float.BYTES + given * batch * time;
  }

  private static double columns(Buffer buffer, Dimensions sizes) {
    return buffer.columns().stream().mapToDouble(sizes::of).sum();
  }
}
