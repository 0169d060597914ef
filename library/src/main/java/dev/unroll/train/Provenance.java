package dev.unroll.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Where a model comes from, for its file: data, settings, how far it was trained. Nothing that differs
/// between two runs that end with the same weights: no times, no machine.
final class Provenance {
  private Provenance() {}

  static SequencedMap<String, Object> of(TextTask task, TrainingSettings settings,
      Progress progress) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data(task));
    fields.put("settings", settings(settings));
    fields.put("epochs", progress.epoch());
    fields.put("steps", progress.step());
    if (progress.best() != Double.POSITIVE_INFINITY) {
      fields.put("validationLoss", progress.best());
    }
    return fields;
  }

  static SequencedMap<String, Object> data(TextTask task) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("source", task.source());
    fields.put("sha256", task.sha256());
    fields.put("trainCharacters", task.train().length);
    fields.put("validationCharacters", task.validation().length);
    return fields;
  }

  static SequencedMap<String, Object> settings(TrainingSettings settings) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("epochs", settings.epochs());
    fields.put("batch", settings.batch());
    fields.put("time", settings.time());
    fields.put("learningRate", settings.learningRate());
    fields.put("schedule", settings.schedule().name());
    fields.put("clip", settings.clip());
    fields.put("patience", settings.patience());
    fields.put("recompute", settings.recompute());
    return fields;
  }
}
