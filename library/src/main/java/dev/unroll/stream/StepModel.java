package dev.unroll.stream;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.layer.stepping.State;
import dev.unroll.model.Inputs;
import dev.unroll.model.ModelStepper;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import dev.unroll.task.TextForm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A structure that steps: the answer to an event is the output of its step, classes and bits as
/// probabilities.
///
/// @param temperature that the logits are divided by; 1 for none
/// @param form how the words of texts are written; null if it does not matter
record StepModel(Structure model, State.Layout layout, float[] initial, double temperature,
    @Nullable TextForm form) implements Scored {
  /// The numbers of keys that are stepped in one pass.
  private static final int MOST = 64;

  /// @throws DataException if the structure cannot be stepped
  static StepModel of(Structure model, double temperature, @Nullable TextForm form) {
    if (model.architecture().outputs().loss() instanceof Loss.Chain) {
      throw new DataException(
          "a model with the loss %s answers for whole sequences; a stream needs "
              .formatted(model.architecture().outputs().loss())
              + "a model that answers step by step");
    }
    var stepper = stepper(model, 1);
    return new StepModel(model, stepper.layout(), stepper.initial().toArray(), temperature, form);
  }

  static ModelStepper stepper(Structure model, int batch) {
    try {
      return switch (model) {
        case SequenceToSequence it -> it.stepper(Engine.of(1), Math.min(batch, MOST));
        case SequenceToVector it -> it.stepper(Engine.of(1), Math.min(batch, MOST));
        default -> throw new DataException(
            "a %s reads its input as a whole; a stream needs a model that steps: a %s or a %s"
                .formatted(model.getClass().getSimpleName(), "SequenceToSequence",
                    "SequenceToVector of one direction with Pooling.LAST"));
      };
    } catch (IllegalArgumentException e) {
      throw new DataException("the model cannot be used in a stream: " + e.getMessage(), e);
    }
  }

  private Inputs inputs() {
    return model.architecture().inputs();
  }

  @Override
  public List<String> features() {
    var columns = inputs().columns();
    return columns != null ? columns
        : inputs().symbols() > 0 ? List.of("symbol") : numbered("x", inputs().size());
  }

  @Override
  public int symbols() {
    return inputs().symbols();
  }

  @Override
  public @Nullable Tokens tokens() {
    return inputs().tokens();
  }

  @Override
  public String written(String token) {
    return form == null ? token : form.written(token);
  }

  @Override
  public float mean(int feature) {
    var scaling = inputs().scaling();
    return scaling == null ? 0 : (float) scaling.shift()[feature];
  }

  @Override
  public List<String> outputs() {
    return outputs(model.architecture().outputs());
  }

  static List<String> outputs(Outputs outputs) {
    var labels = outputs.labels();
    if (labels == null) {
      return numbered(outputs.loss().countsRight() ? "" : "y", outputs.size());
    }
    var names = new ArrayList<>(labels.toList());
    while (names.size() < outputs.size()) {
      names.add("end");
    }
    return List.copyOf(names);
  }

  static List<String> numbered(String prefix, int n) {
    return IntStream.range(0, n).mapToObj(i -> prefix + i).toList();
  }

  @Override
  public Scorer scorer(int batch) {
    var stepper = stepper(model, batch);
    var arrays = new float[batch][];
    int outputs = stepper.outputs();
    boolean symbols = symbols() > 0;
    var read = new int[symbols ? batch : 0];
    return (n, x, _, states, y) -> {
      for (int i = 0; i < n; i++) {
        arrays[i] = states[i].values();
      }
      if (symbols) {
        for (int i = 0; i < n; i++) {
          read[i] = (int) x[i];
        }
        stepper.step(n, read, arrays, y);
      } else {
        stepper.step(n, x, arrays, y);
      }
      if (temperature != 1) {
        for (int i = 0; i < n * outputs; i++) {
          y[i] = (float) (y[i] / temperature);
        }
      }
      stepper.probabilities(n, y);
    };
  }
}
