package dev.unroll.app;

import dev.unroll.app.History.Validated;
import dev.unroll.model.LanguageModel;
import dev.unroll.train.Recipe;
import dev.unroll.train.TextTask;
import dev.unroll.train.TextTraining;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What a run on a text does.
record TextDescription(
    String source,
    int characters,
    int symbols,
    int validation,
    LanguageModel model,
    TrainingSettings settings) implements Description {

  static Description of(TextTraining training, TextTask task) {
    return new TextDescription(
        task.source(),
        task.train().length + task.validation().length,
        task.vocabulary().size(),
        task.validation().length,
        training.model(),
        training.settings());
  }

  @Override
  public SequencedMap<String, Object> fields() {
    var a = model.architecture();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", source);
    fields.put("characters", characters);
    fields.put("validation", validation);
    fields.put("symbols", symbols);
    fields.put("cell", a.cell().name());
    fields.put("equations", a.cell().toString());
    fields.put("sizes", new TreeMap<>(a.sizes().elements()));
    fields.put("layers", a.layers());
    fields.put("embedding", a.embedding());
    fields.put("parameters", model.parameters().size());
    fields.put("dropout", a.dropout());
    fields.put("variational", a.maskDrop());
    fields.put("epochs", settings.epochs());
    fields.put("batch", settings.batch());
    fields.put("time", settings.time());
    fields.put("learningRate", settings.learningRate());
    fields.put("schedule", schedule());
    fields.put("clip", settings.recipe().clipping().toString());
    fields.put("accumulate", settings.recipe().accumulate());
    fields.put("patience", settings.patience());
    fields.put("recompute", settings.recompute());
    fields.put("seed", a.seed());
    return fields;
  }

  @Override
  public String summary() {
    var a = model.architecture();
    return "%s, %d layer%s of %s, %,d parameters, trained on %s"
        .formatted(
            a.cell().name(),
            a.layers(),
            a.layers() == 1 ? "" : "s",
            sizes(),
            model.parameters().size(),
            source);
  }

  @Override
  public SequencedMap<String, Object> table() {
    var a = model.architecture();
    var table = new LinkedHashMap<String, Object>();
    table.put(
        "data",
        "%s, %,d characters of %d kinds".formatted(source, characters, symbols));
    table.put("validation", "the last %,d characters".formatted(validation));
    table.put("cell", a.cell().name());
    table.put("layers", a.layers());
    new TreeMap<>(a.sizes().elements()).forEach((name, size) -> table.put("size " + name, size));
    table.put("embedding", a.embedding());
    table.put("parameters", "%,d".formatted(model.parameters().size()));
    table.put("dropout", a.dropout());
    table.put("variational dropout", a.maskDrop());
    table.put("epochs", settings.epochs());
    table.put("batch", settings.batch());
    table.put("time", settings.time());
    table.put("learning rate", "%s, %s".formatted(settings.learningRate(), schedule()));
    table.put("clip", settings.recipe().clipping());
    if (settings.recipe().accumulate() > 1) {
      table.put("batches a step", settings.recipe().accumulate());
    }
    table.put("patience", settings.patience());
    if (settings.recompute() > 0) {
      table.put("recompute", "in segments of %d characters".formatted(settings.recompute()));
    }
    table.put("seed", a.seed());
    return table;
  }

  private String schedule() {
    return settings.schedule().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String paragraph(String compute, long bytes, String run) {
    var a = model.architecture();
    return """
    data     %s: %,d characters of %d kinds, the last %,d to validate
    model    %s, %d layer%s of %s, embedding %d: %,d parameters
    train    %d epochs, batch %d, %d characters in time, learning rate %s %s%s%s
    memory   %,d MiB%s
    compute  %s
    run      %s
    """
        .formatted(
            source,
            characters,
            symbols,
            validation,
            a.cell().name(),
            a.layers(),
            a.layers() == 1 ? "" : "s",
            sizes(),
            a.embedding(),
            model.parameters().size(),
            settings.epochs(),
            settings.batch(),
            settings.time(),
            settings.learningRate(),
            schedule(),
            a.dropout() > 0 ? ", dropout " + a.dropout() : "",
            a.maskDrop() > 0 ? ", variational dropout " + a.maskDrop() : "",
            (bytes >> 20) + 1,
            settings.recompute() > 0
                ? ", with segments of %d characters; %,d MiB if nothing was computed again"
                    .formatted(settings.recompute(),
                        Footprint.withoutRecomputation(a, settings) / (1 << 20) + 1)
                : "",
            compute,
            run);
  }

  @Override
  public String equations() {
    return model.architecture().cell().toString().strip();
  }

  @Override
  public Recipe recipe() {
    return settings.recipe();
  }

  @Override
  public String unit() {
    return "nats per character";
  }

  @Override
  public String counted() {
    return "characters";
  }

  @Override
  public String alsoOf(Epoch epoch) {
    return "";
  }

  @Override
  public String measure() {
    return "bits per character";
  }

  @Override
  public String measured(Validated epoch) {
    return "%.3f".formatted(epoch.validationLoss() / Math.log(2));
  }

  @Override
  public SequencedMap<String, Object> tiles(Validated best) {
    var tiles = new LinkedHashMap<String, Object>();
    tiles.put("nats per character, validation", "%.3f".formatted(best.validationLoss()));
    tiles.put(measure(), measured(best));
    tiles.put("perplexity", "%.2f".formatted(Math.exp(best.validationLoss())));
    return tiles;
  }

  private String sizes() {
    var sizes = new TreeMap<>(model.architecture().sizes().elements());
    var hidden = sizes.remove("H");
    return sizes.isEmpty()
        ? String.valueOf(hidden)
        : hidden + " " + sizes.toString().replaceAll("[{}]", "").replace("=", " ");
  }
}
