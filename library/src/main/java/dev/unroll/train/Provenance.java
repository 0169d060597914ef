package dev.unroll.train;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The provenance of a model, for its file: data, settings, how far it was trained. It has nothing
/// that differs between two runs that end with the same weights: no times, no machine.
final class Provenance {
  private Provenance() {}

  static SequencedMap<String, Object> of(SequencedMap<String, Object> data,
      SequencedMap<String, Object> settings, Progress progress) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data);
    fields.put("settings", settings);
    fields.put("epochs", progress.epoch());
    fields.put("steps", progress.step());
    if (progress.best() != Double.POSITIVE_INFINITY) {
      fields.put("validationLoss", progress.best());
    }
    return fields;
  }

  /// A recipe as fields; usual values are left out.
  static SequencedMap<String, Object> recipe(Recipe recipe) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("epochs", recipe.epochs());
    fields.put("learningRate", recipe.learningRate());
    fields.put("schedule", recipe.schedule().name());
    if (!recipe.optimizer().equals(Optimizer.adam())) {
      fields.put("optimizer", recipe.optimizer().toString());
    }
    fields.put("clip", recipe.clipping().norm());
    if (recipe.clipping().actsOnElements()) {
      fields.put("clipValue", recipe.clipping().value());
      fields.put("clipParameter", recipe.clipping().parameter());
    }
    if (recipe.accumulate() > 1) {
      fields.put("accumulate", recipe.accumulate());
    }
    fields.put("patience", recipe.patience());
    if (recipe.recompute() > 0) {
      fields.put("recompute", recipe.recompute());
    }
    if (recipe.shards() > 1) {
      fields.put("shards", recipe.shards());
    }
    if (recipe.outer().acts()) {
      fields.put("syncEvery", recipe.outer().every());
      fields.put("outer", recipe.outer().toString());
    }
    return fields;
  }

  /// Reads the fields that [#recipe] writes.
  ///
  /// @throws IllegalArgumentException if a setting is invalid
  static Recipe recipe(JsonFields fields) throws FormatException {
    return new Recipe(
        fields.integer("epochs"),
        fields.number("learningRate"),
        Schedule.parse(fields.string("schedule")),
        fields.has("optimizer") ? Optimizer.parse(fields.string("optimizer")) : Optimizer.adam(),
        new Clipping(fields.has("clipValue") ? fields.number("clipValue") : 0,
            fields.has("clipParameter") ? fields.number("clipParameter") : 0,
            fields.number("clip")),
        fields.has("accumulate") ? fields.integer("accumulate") : 1,
        fields.integer("patience"),
        fields.has("recompute") ? fields.integer("recompute") : 0,
        fields.has("shards") ? fields.integer("shards") : 1,
        fields.has("syncEvery")
            ? OuterStep.parse(fields.string("outer")).every(fields.integer("syncEvery"))
            : OuterStep.NONE);
  }
}
