package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.layer.stepping.State;
import dev.unroll.model.ModelStepper;
import dev.unroll.model.loss.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How unexpected the next symbol is: `−log2 p(x_t | x_1 … x_{t−1})` of a model that predicts the
/// next symbol.
///
/// The state of a key is that of the model before its last symbol, and that symbol: the model reads
/// it when the next one comes, so that no distribution over V symbols has to be kept.
///
/// @param threshold the surprise in bits beyond which there is an alarm; infinite for none
record SurpriseModel(StepModel steps, State.Layout layout, double threshold) implements Scored {
  private static final String LAST = "last";

  /// @throws DataException if the model does not predict its own symbols
  static SurpriseModel of(StepModel steps, double threshold) {
    var outputs = steps.model().architecture().outputs();
    if (steps.symbols() == 0 || !(outputs.loss() instanceof Loss.CrossEntropy)
        || outputs.size() < steps.symbols()) {
      throw new DataException(("the surprise of the next event is that of a model that predicts its"
          + " own symbols, such as a language model; this one reads %s and gives %d %s").formatted(
              steps.symbols() == 0 ? "numbers" : steps.symbols() + " symbols", outputs.size(),
              outputs.loss().isOfClasses() ? "classes" : "numbers"));
    }
    var parts = new ArrayList<>(steps.layout().parts());
    parts.add(new State.Layout.Part(LAST, steps.layout().size(), 1));
    return new SurpriseModel(steps, State.Layout.of(
        "surprise %016x ".formatted(steps.layout().fingerprint()), parts), threshold);
  }

  @Override
  public float[] initial() {
    return Arrays.copyOf(steps.initial(), layout.size());
  }

  @Override
  public List<String> features() {
    return steps.features();
  }

  @Override
  public int symbols() {
    return steps.symbols();
  }

  @Override
  public @Nullable Tokens tokens() {
    return steps.tokens();
  }

  @Override
  public String written(String token) {
    return steps.written(token);
  }

  @Override
  public List<String> outputs() {
    return List.of("surprise", "probability", StreamModel.ALARM);
  }

  @Override
  public Scorer scorer(int batch) {
    return new SurpriseScorer(batch);
  }

  private final class SurpriseScorer implements Scorer {
    private final ModelStepper stepper;
    private final int size = steps.layout().size();
    private final float[][] states;
    private final int[] symbols;
    private final int[] places;
    private final float[] outputs;

    SurpriseScorer(int batch) {
      stepper = StepModel.stepper(steps.model(), batch);
      states = new float[batch][size];
      symbols = new int[batch];
      places = new int[batch];
      outputs = new float[batch * stepper.outputs()];
    }

    @Override
    public void score(int n, float[] x, long[] times, KeyState[] keys, float[] y) {
      int count = 0;
      for (int i = 0; i < n; i++) {
        var values = keys[i].values();
        if (values[size] > 0) {
          System.arraycopy(values, 0, states[count], 0, size);
          symbols[count] = (int) values[size] - 1;
          places[count++] = i;
        } else {
          set(y, i, Float.NaN, Float.NaN);
        }
      }
      stepper.step(count, symbols, states, outputs);
      stepper.probabilities(count, outputs);
      for (int j = 0; j < count; j++) {
        int i = places[j];
        System.arraycopy(states[j], 0, keys[i].values(), 0, size);
        float p = Math.max(outputs[j * stepper.outputs() + (int) x[i]], Float.MIN_NORMAL);
        set(y, i, (float) (-Math.log(p) / Math.log(2)), p);
      }
      for (int i = 0; i < n; i++) {
        keys[i].values()[size] = x[i] + 1;
      }
    }

    private void set(float[] y, int i, float surprise, float probability) {
      y[3 * i] = surprise;
      y[3 * i + 1] = probability;
      y[3 * i + 2] = surprise > threshold ? 1 : 0;
    }
  }
}
