package dev.unroll.app.run.log;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.train.TrainingListener.Update;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The effect of a step, or of consecutive steps, on gradient and weights.
///
/// @param cosine between the gradient before and after clipping, the smallest; NaN if unknown
/// @param ratios ‖Δθ‖ / ‖θ‖ by the name of the parameter, the mean; those whose values were all
///     zero are left out
public record StepEffect(double cosine, SequencedMap<String, Double> ratios) {
  /// Unknown.
  public static final StepEffect NONE =
      new StepEffect(Double.NaN, Collections.unmodifiableSequencedMap(new LinkedHashMap<>()));

  private static final String COSINE = "cosine";
  private static final String RATIOS = "updates";

  /// To three digits: logs stay small.
  private static final MathContext DIGITS = new MathContext(3);

  public static StepEffect of(Update update) {
    var ratios = new LinkedHashMap<String, Double>();
    for (int b = 0; b < update.blocks().size(); b++) {
      double ratio = update.ratio(b);
      if (Double.isFinite(ratio)) {
        ratios.put(update.blocks().get(b).name(),
            new BigDecimal(ratio).round(DIGITS).doubleValue());
      }
    }
    return new StepEffect(update.cosine(), ratios);
  }

  /// Reads it from a line of the log; unknown in logs of earlier versions.
  public static StepEffect of(JsonFields step) throws FormatException {
    if (!step.has(COSINE)) {
      return NONE;
    }
    var stored = step.object(RATIOS);
    var ratios = new LinkedHashMap<String, Double>();
    for (var name : stored.keys()) {
      ratios.put(name, stored.number(name));
    }
    return new StepEffect(step.number(COSINE), ratios);
  }

  public void write(SequencedMap<String, Object> fields) {
    if (!Double.isNaN(cosine)) {
      fields.put(COSINE, cosine);
      fields.put(RATIOS, ratios);
    }
  }

  /// Merges it with the steps after it.
  public StepEffect and(StepEffect next, int steps, int nextSteps) {
    if (Double.isNaN(cosine)) {
      return next;
    }
    if (Double.isNaN(next.cosine)) {
      return this;
    }
    var all = new LinkedHashMap<>(ratios);
    next.ratios.forEach((name, ratio) -> all.merge(name, ratio,
        (mine, others) -> (mine * steps + others * nextSteps) / (steps + nextSteps)));
    return new StepEffect(Math.min(cosine, next.cosine), all);
  }
}
