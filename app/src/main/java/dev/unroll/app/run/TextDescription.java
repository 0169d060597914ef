package dev.unroll.app.run;

import dev.unroll.app.console.ShellWord;
import dev.unroll.app.run.report.Description;
import dev.unroll.app.run.report.History.Validated;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.text.TextCoding;
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

  /// The unit of the loss of a model with such symbols.
  public static String unit(TextCoding.Unit unit) {
    return "nats per " + unit.word();
  }

  @Override
  public boolean validates() {
    return true;
  }

  private TextCoding.Unit symbols() {
    return task.coding().unit();
  }

  private int length() {
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
    fields.put(symbols().words(), length());
    fields.put("validation", task.validation().length);
    fields.put("symbols", task.tokens().size());
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
        "%s, %,d %s of %d kinds"
            .formatted(task.source(), length(), symbols().words(), task.tokens().size()));
    table.put("validation",
        "the last %,d %s".formatted(task.validation().length, symbols().words()));
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
    if (recipe.shards() > 1) {
      table.put("shards", recipe.shards());
    }
    if (recipe.outer().acts()) {
      table.put("synchronized", "every %d steps, outer step %s".formatted(recipe.outer().every(),
          recipe.outer()));
    }
    table.put("patience", recipe.patience());
    if (recipe.recompute() > 0) {
      table.put("recompute", "in segments of %d %s".formatted(recipe.recompute(), counted()));
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
    data     %s: %,d %s of %d kinds, the last %,d to validate
    model    %s, %d layer%s of %s, embedding %d: %,d parameters
    train    %d epoch%s, batch %d, %d %s in time, learning rate %s %s%s%s
    memory   %,d MiB%s
    compute  %s
    run      %s
    """
        .formatted(
            task.source(),
            length(),
            counted(),
            task.tokens().size(),
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
            counted(),
            recipe.learningRate(),
            schedule(),
            body.dropout() > 0 ? ", dropout " + body.dropout() : "",
            body.variationalDropout() > 0 ? ", variational dropout " + body.variationalDropout()
                : "",
            (bytes >> 20) + 1,
            recipe.recompute() > 0
                ? ", with segments of %d %s; %,d MiB if nothing was computed again"
                    .formatted(recipe.recompute(), counted(),
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
    return unit(symbols());
  }

  @Override
  public String counted() {
    return symbols().words();
  }

  @Override
  public String goOn(String run) {
    return "\nnext:\n  %s generate %s".formatted(
        System.getProperty("unroll.command", "./unroll"), ShellWord.of(run));
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
    return "%.3f".formatted(task.size().bitsPerCharacter(epoch.validationLoss()));
  }

  @Override
  public SequencedMap<String, Object> tiles(Validated best) {
    var tiles = new LinkedHashMap<String, Object>();
    tiles.put(unit() + ", validation", "%.3f".formatted(best.validationLoss()));
    tiles.put(measure(), measured(best));
    tiles.put("bits per byte",
        "%.3f".formatted(task.size().bitsPerByte(best.validationLoss())));
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
