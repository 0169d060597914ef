package dev.unroll.app.run;

import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.Scales;
import dev.unroll.app.data.StructureKind;
import dev.unroll.app.run.report.Description;
import dev.unroll.app.run.report.History.Validated;
import dev.unroll.model.Structure;
import dev.unroll.train.Monitor;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/// The description of a run on examples.
public record ExampleDescription(Structure model, ExampleData data, Recipe recipe, Monitor monitor)
    implements
      Description {

  private Anatomy anatomy() {
    return Anatomy.of(model.architecture());
  }

  @Override
  public boolean validates() {
    return !data.validation().isEmpty();
  }

  @Override
  public SequencedMap<String, Object> fields() {
    var anatomy = anatomy();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data.given().source());
    fields.put("examples", data.train().size());
    fields.put("validation", data.validation().size());
    fields.put("structure", data.kind().toString());
    fields.put("input", ExampleData.name(data.given().input()));
    fields.put("target", ExampleData.name(data.given().target()));
    fields.put("cell", anatomy.body().cell().name());
    fields.put("equations", anatomy.body().cell().toString());
    fields.put("layers", anatomy.body().layers());
    fields.put("hidden", anatomy.body().hidden());
    fields.put("parameters", model.parameters().size());
    fields.put("loss", anatomy.outputs().loss().toString());
    fields.put("epochs", recipe.epochs());
    fields.put("batch", data.given().batch());
    fields.put("learningRate", recipe.learningRate());
    fields.put("schedule", schedule());
    fields.put("optimizer", recipe.optimizer().toString());
    fields.put("clip", recipe.clipping().toString());
    fields.put("accumulate", recipe.accumulate());
    fields.put("patience", recipe.patience());
    fields.put("seed", data.given().seed());
    return fields;
  }

  @Override
  public SequencedMap<String, Object> table() {
    var body = anatomy().body();
    var table = new LinkedHashMap<String, Object>();
    table.put("data", data.toString());
    table.put("structure", data.kind());
    table.put("cell", body.cell().name());
    table.put("layers", body.layers());
    table.put("hidden", body.hidden());
    table.put("parameters", "%,d".formatted(model.parameters().size()));
    table.put("dropout", body.dropout());
    table.put("variational dropout", body.variationalDropout());
    table.put("loss", anatomy().outputs().loss());
    table.put("epochs", recipe.epochs());
    table.put("batch", data.given().batch());
    table.put("optimizer", recipe.optimizer());
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
    table.put("seed", data.given().seed());
    table.replaceAll((_, value) -> value.toString());
    return table;
  }

  @Override
  public String summary() {
    return "%s: %s, %,d parameters, trained on %s".formatted(data.kind(), anatomy().layers(),
        model.parameters().size(), data.given().source());
  }

  @Override
  public String paragraph(String compute, long bytes, String run) {
    return """
    data       %s
    read       inputs as %s: %s; targets as %s: %s
    %s%s%sstructure  %s; %s
    model      %s: %,d parameters
    train      %d epoch%s, batch %d, %s, learning rate %s %s, loss %s
    keeps      %s
    memory     %,d MiB
    compute    %s
    run        %s
    """.formatted(data, ExampleData.name(data.given().input()), data.reading().input(),
        ExampleData.name(data.given().target()), data.reading().target(), split(), sameness(),
        scaled(),
        data.kind(), reason(), anatomy().layers(),
        model.parameters().size(),
        recipe.epochs(), recipe.epochs() == 1 ? "" : "s", data.given().batch(), recipe.optimizer(),
        recipe.learningRate(),
        schedule(), anatomy().outputs().loss(), keeps(), Math.max(1, bytes >> 20), compute, run);
  }

  /// The epoch that is kept, and when training ends early.
  private String keeps() {
    var epoch = !validates() || monitor == Monitor.LAST ? "the last epoch"
        : "the epoch with the best validation " + monitor;
    return recipe.patience() >= recipe.epochs() ? epoch
        : "%s; stops after %d epochs without a better one".formatted(epoch, recipe.patience());
  }

  /// How the validation part was chosen, and what new symbols will be read as.
  private String split() {
    var reading = data.reading();
    var split = switch (data.given().rule()) {
      case RANDOM -> "";
      case DISTINCT -> "split      copies of an example are on one side\n";
      case ORDER -> "split      the last examples validate, as inputs overlap or --in-order says"
          + (reading.omitted() == 0 ? "\n"
              : "; %d between the parts are in neither\n".formatted(reading.omitted()));
      case GROUPS -> "split      whole groups by %s\n".formatted(data.given().names().group());
    };
    return reading.rare() == 0 ? split
        : split + ("unknown    %,d of %,d symbols of inputs are rare in the training part, and"
            + " read as <unk>\n").formatted(reading.rare(), reading.symbols());
  }

  /// A warning about data whose loss falls without meaning.
  private String sameness() {
    long copies = data.copiesAcross();
    var leak = copies == 0 ? ""
        : ("note       %,d of the %,d examples to validate have an input of the training part:"
            + " their figures are too good\n").formatted(copies, data.validation().size());
    return leak + same();
  }

  private String same() {
    return data.hasOneTarget()
        ? "note       every target is the same: a low loss does not say that the inputs are read\n"
        : "";
  }

  /// The scaling of numbers.
  private String scaled() {
    var scales = data.scales();
    if (data.given().from() != null) {
      return "from       %s: its weights, %s\n".formatted(data.given().from(),
          scales.input() == null && scales.target() == null ? "symbols and labels"
              : "labels and scaling");
    }
    return switch (data.given().scale()) {
      case NONE -> "";
      case STANDARD -> scaled(scales, "mean 0 and deviation 1");
      case MIN_MAX -> scaled(scales, "0 to 1");
    };
  }

  private static String scaled(Scales scales, String to) {
    if (scales.input() == null && scales.target() == null) {
      return "";
    }
    return "numbers    of %s scaled to %s; --scale none leaves them\n".formatted(
        scales.target() == null ? "inputs" : scales.input() == null ? "targets" : "both sides", to);
  }

  private String reason() {
    if (data.given().from() != null) {
      return "as --from says";
    }
    if (StructureKind.of(data.train()) != data.kind()) {
      return "as --structure says";
    }
    boolean oneWay = data.kind() == StructureKind.SEQUENCE_TO_SEQUENCE
        && anatomy().body().directions() == null;
    return data.kind().reason() + (oneWay
        ? "; output t depends on inputs up to t alone (--bidirectional or --structure"
            + " encoder-decoder: on all)"
        : "");
  }

  private String schedule() {
    return recipe.schedule().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String equations() {
    return anatomy().body().cell().toString().strip();
  }

  @Override
  public String unit() {
    return anatomy().unit();
  }

  @Override
  public String counted() {
    return "answers";
  }

  @Override
  public String goOn(String run) {
    double majority = data.majority();
    var baseline = Double.isNaN(majority) ? ""
        : "\nthe most frequent label of the training part alone: %s right in %s".formatted(
            percent(majority), validates() ? "validation" : "training");
    return "%s\nnext:\n  %s predict %s %s".formatted(baseline,
        System.getProperty("unroll.command", "./unroll"), ShellWord.of(run),
        data.given().source().replaceFirst("^.*/", "").replaceFirst("^[^.]*", "new"));
  }

  @Override
  public String alsoOf(Epoch epoch) {
    return anatomy().hasClasses() ? ", %s right".formatted(percent(epoch.validationAccuracy()))
        : "";
  }

  @Override
  public String measure() {
    return anatomy().hasClasses() ? "right answers" : "";
  }

  @Override
  public String measured(Validated epoch) {
    return anatomy().hasClasses() ? percent(epoch.accuracy()) : "";
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }

  @Override
  public SequencedMap<String, Object> tiles(Validated best) {
    var tiles = new LinkedHashMap<String, Object>();
    tiles.put(unit() + (validates() ? ", validation" : ", training"),
        ShortNumber.of(best.validationLoss()));
    if (anatomy().hasClasses()) {
      tiles.put(measure(), measured(best));
    }
    return tiles;
  }
}
