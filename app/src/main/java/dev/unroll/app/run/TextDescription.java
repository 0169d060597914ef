package dev.unroll.app.run;

import dev.unroll.app.run.History.Validated;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.text.TextTask;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The description of a run on a text.
public record TextDescription(TextTask task, SequenceToSequence model, int batch, int time,
    Recipe recipe)
    implements
      Description {

  /// The unit of the loss.
  public static final String UNIT = "nats per character";

  @Override
  public boolean validates() {
    return true;
  }

  private int characters() {
    return task.train().length + task.validation().length;
  }

  private RecurrentStack body() {
    return model.architecture().body();
  }

  @Override
  public SequencedMap<String, Object> fields() {
    var body = body();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", task.source());
    fields.put("characters", characters());
    fields.put("validation", task.validation().length);
    fields.put("symbols", task.vocabulary().size());
    fields.put("cell", body.cell().name());
    fields.put("equations", body.cell().toString());
    fields.put("sizes", new TreeMap<>(body.sizes().elements()));
    fields.put("layers", body.layers());
    fields.put("embedding", model.architecture().inputs().size());
    fields.put("parameters", model.parameters().size());
    fields.put("dropout", body.dropout());
    fields.put("variational", body.variationalDropout());
    fields.put("epochs", recipe.epochs());
    fields.put("batch", batch);
    fields.put("time", time);
    fields.put("learningRate", recipe.learningRate());
    fields.put("schedule", schedule());
    fields.put("clip", recipe.clipping().toString());
    fields.put("accumulate", recipe.accumulate());
    fields.put("patience", recipe.patience());
    fields.put("recompute", recipe.recompute());
    fields.put("seed", model.architecture().seed());
    return fields;
  }

  @Override
  public String summary() {
    var body = body();
    return "%s, %d layer%s of %s, %,d parameters, trained on %s"
        .formatted(
            body.cell().name(),
            body.layers(),
            body.layers() == 1 ? "" : "s",
            sizes(),
            model.parameters().size(),
            task.source());
  }

  @Override
  public SequencedMap<String, Object> table() {
    var body = body();
    var table = new LinkedHashMap<String, Object>();
    table.put(
        "data",
        "%s, %,d characters of %d kinds"
            .formatted(task.source(), characters(), task.vocabulary().size()));
    table.put("validation", "the last %,d characters".formatted(task.validation().length));
    table.put("cell", body.cell().name());
    table.put("layers", body.layers());
    new TreeMap<>(body.sizes().elements()).forEach((name, size) -> table.put("size " + name, size));
    table.put("embedding", model.architecture().inputs().size());
    table.put("parameters", "%,d".formatted(model.parameters().size()));
    table.put("dropout", body.dropout());
    table.put("variational dropout", body.variationalDropout());
    table.put("epochs", recipe.epochs());
    table.put("batch", batch);
    table.put("time", time);
    table.put("learning rate", "%s, %s".formatted(recipe.learningRate(), schedule()));
    table.put("clip", recipe.clipping());
    if (recipe.accumulate() > 1) {
      table.put("batches a step", recipe.accumulate());
    }
    table.put("patience", recipe.patience());
    if (recipe.recompute() > 0) {
      table.put("recompute", "in segments of %d characters".formatted(recipe.recompute()));
    }
    table.put("seed", model.architecture().seed());
    return table;
  }

  private String schedule() {
    return recipe.schedule().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String paragraph(String compute, long bytes, String run) {
    var body = body();
    return """
    data     %s: %,d characters of %d kinds, the last %,d to validate
    model    %s, %d layer%s of %s, embedding %d: %,d parameters
    train    %d epoch%s, batch %d, %d characters in time, learning rate %s %s%s%s
    memory   %,d MiB%s
    compute  %s
    run      %s
    """
        .formatted(
            task.source(),
            characters(),
            task.vocabulary().size(),
            task.validation().length,
            body.cell().name(),
            body.layers(),
            body.layers() == 1 ? "" : "s",
            sizes(),
            model.architecture().inputs().size(),
            model.parameters().size(),
            recipe.epochs(),
            recipe.epochs() == 1 ? "" : "s",
            batch,
            time,
            recipe.learningRate(),
            schedule(),
            body.dropout() > 0 ? ", dropout " + body.dropout() : "",
            body.variationalDropout() > 0 ? ", variational dropout " + body.variationalDropout()
                : "",
            (bytes >> 20) + 1,
            recipe.recompute() > 0
                ? ", with segments of %d characters; %,d MiB if nothing was computed again"
                    .formatted(recipe.recompute(),
                        Footprint.withoutRecomputation(model.architecture(), batch, time)
                            / (1 << 20) + 1)
                : "",
            compute,
            run);
  }

  @Override
  public String equations() {
    return body().cell().toString().strip();
  }

  @Override
  public String unit() {
    return UNIT;
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
    var sizes = new TreeMap<>(body().sizes().elements());
    var hidden = sizes.remove("H");
    return sizes.isEmpty()
        ? String.valueOf(hidden)
        : hidden + " " + sizes.toString().replaceAll("[{}]", "").replace("=", " ");
  }
}
