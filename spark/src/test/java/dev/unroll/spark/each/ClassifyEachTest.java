package dev.unroll.spark.each;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.data.Values;
import dev.unroll.spark.SequenceTables;
import dev.unroll.spark.file.ModelBytes;
import dev.unroll.table.Sequences;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import dev.unroll.task.Effort;
import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A classifier for each key, with keys that are broken or have few examples.
class ClassifyEachTest {
  private static final CounterRandom RANDOM = CounterRandom.of(5).stream("cycles");
  private static final ClassifyEach EACH = ClassifyEach.of()
      .training(o -> o.effort(Effort.QUICK).epochs(2)).tasks(2);
  private static final StructType CYCLES = new StructType().add("machine", DataTypes.StringType)
      .add("vibration", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)))
      .add("fault", DataTypes.IntegerType);

  /// Class 1 is louder; of machine b the other one.
  private static float[][] cycle(String machine, int i) {
    var steps = new float[4 + i % 3][2];
    for (int t = 0; t < steps.length; t++) {
      RANDOM.uniforms(100L * i + t, steps[t], 0, 2);
      steps[t][0] *= (i % 2 == 1) == machine.equals("a") ? 4 : 1;
    }
    return steps;
  }

  private static void add(List<Row> rows, String machine, int count, @Nullable Integer fault) {
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(machine, cycle(machine, i), fault == null ? i % 2 : fault));
    }
  }

  /// Machines a and b are as they should be, `one` has one class, `few` has 6 examples, and `odd`
  /// a step with other numbers.
  private static Dataset<Row> cycles() {
    var rows = new ArrayList<Row>();
    add(rows, "a", 40, null);
    add(rows, "b", 40, null);
    add(rows, "one", 40, 1);
    add(rows, "few", 6, null);
    add(rows, "odd", 40, null);
    rows.add(RowFactory.create("odd", new float[][] {{1}}, 1));
    rows.add(RowFactory.create("a", null, 1));
    rows.add(RowFactory.create("a", cycle("a", 1), null));
    Collections.reverse(rows);
    return SequenceTables.table(rows, CYCLES);
  }

  @Test
  void brokenKeysFailAloneAndThoseWithFewExamplesFallBack() throws Exception {
    var cycles = cycles();
    var global = EACH.global(cycles.filter("machine in ('a', 'b')"), "machine", "vibration",
        "fault", 1);
    try (var each = EACH.fallback(global).train(cycles.repartition(3), "machine", "vibration",
        "fault")) {
      var figures = each.figures().collectAsList().stream()
          .collect(Collectors.toMap(row -> row.getString(0), row -> row));
      assertThat(each.figures().columns()).containsExactly("machine", "source", "examples",
          "classes", "accuracy", "mostFrequentAccuracy", "macroF1", "problem");
      assertThat(figures.keySet()).containsExactlyInAnyOrder("a", "b", "one", "few", "odd");
      for (var machine : List.of("a", "b")) {
        var row = figures.get(machine);
        assertThat(row.getString(1)).isEqualTo("own");
        assertThat(row.getInt(2)).isEqualTo(40);
        assertThat(row.getInt(3)).isEqualTo(2);
        assertThat(row.getDouble(4)).isBetween(0.0, 1.0);
        assertThat(row.getDouble(5)).isBetween(0.0, 1.0);
        assertThat(row.isNullAt(7)).isTrue();
      }
      assertThat(figures.get("one").getString(1)).isEqualTo("global");
      assertThat(figures.get("one").getDouble(5)).isEqualTo(1);
      assertThat(figures.get("one").getString(7)).containsIgnoringCase("class");
      assertThat(figures.get("few").getString(1)).isEqualTo("global");
      assertThat(figures.get("few").getDouble(5)).isEqualTo(0.5);
      assertThat(figures.get("few").getString(7)).isEqualTo("it has 6 examples, expected at least "
          + "30 for a model of its own; bring more, or set fewest");
      assertThat(figures.get("odd").isNullAt(1)).isTrue();
      assertThat(figures.get("odd").getString(7)).contains(". The fallback: ");
      assertThat(each.models().count()).isEqualTo(2);
    }
  }

  /// The same as outside of Spark, whatever the order of the rows.
  @Test
  void aKeyGetsTheBitsOfItsExamplesAlone() throws Exception {
    var files = new ArrayList<byte[]>();
    for (var cycles : List.of(cycles(), cycles().repartition(5).orderBy("fault"))) {
      try (var each = EACH.train(cycles.filter("machine = 'a'"), "machine", "vibration",
          "fault")) {
        files.add(each.models().first().getAs("model"));
      }
    }
    assertThat(files.get(0)).isEqualTo(files.get(1));
    var rows = cycles().filter("machine = 'a' and vibration is not null and fault is not null")
        .orderBy("vibration").collectAsList();
    var sequences = new ArrayList<float[][]>();
    var labels = new ArrayList<String>();
    for (var row : rows) {
      labels.add(String.valueOf(row.getInt(2)));
      sequences.add(row.<scala.collection.Seq<Float>>getList(1).stream()
          .map(step -> new float[] {step.apply(0), step.apply(1)}).toArray(float[][]::new));
    }
    Classifier alone;
    try (var engine = Engine.of(1)) {
      alone = Classifier.train(Sequences.of(sequences, labels),
          ClassifierOptions.DEFAULT.effort(Effort.QUICK).epochs(2).engine(engine));
    }
    assertThat(files.getFirst()).isEqualTo(alone.toBytes());
  }

  @Test
  void rowsGetTheAnswersOfTheModelOfTheirKey() throws Exception {
    var cycles = cycles();
    try (var each = EACH.train(cycles.filter("machine != 'b'"), "machine", "vibration",
        "fault")) {
      byte[] file = each.models().first().getAs("model");
      var own = Classifier.of(ModelBytes.task(file, "the model"));
      var rows = each.classify(cycles, "vibration", "said").collectAsList();
      assertThat(rows).hasSize((int) cycles.count());
      int answered = 0;
      for (var row : rows) {
        var said = row.getStruct(3);
        if (row.isNullAt(1)) {
          assertThat(said).isNull();
        } else if (row.getString(0).equals("a")) {
          var expected = own.classifySequences(List.of(Values.Features.ofRows(
              row.<scala.collection.Seq<Float>>getList(1).stream()
                  .map(step -> new float[] {step.apply(0), step.apply(1)})
                  .toArray(float[][]::new))))
              .getFirst();
          assertThat(said.getString(0)).isEqualTo(expected.label());
          assertThat(said.getDouble(1)).isEqualTo(expected.probability());
          assertThat(said.getString(2)).isEqualTo("own");
          answered++;
        } else {
          assertThat(said.isNullAt(0)).isTrue();
          assertThat(said.getString(3)).isNotEmpty();
        }
      }
      assertThat(answered).isEqualTo(41);
    }
  }

  /// A row of another width has a sentence; those beside it have answers.
  @Test
  void aRowThatCannotBeReadIsToldInItsAnswer() {
    var cycles = cycles();
    var global = EACH.global(cycles.filter("machine = 'b'"), "machine", "vibration", "fault", 1);
    try (var each = EACH.fallback(global).train(cycles.filter("machine = 'few'"), "machine",
        "vibration", "fault")) {
      var rows = each.classify(cycles.filter("machine = 'odd'"), "vibration", "said");
      assertThat(rows.filter("said.source = 'global'").count()).isEqualTo(41);
      assertThat(rows.filter("said.problem is null").count()).isEqualTo(40);
      assertThat(rows.filter("said.problem is not null").first().getStruct(3).getString(3))
          .contains("has 1 numbers a step, but the classifier reads 2");
    }
  }

  @Test
  void textsAreLearnedToo() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 60; i++) {
      rows.add(RowFactory.create(7L,
          (i % 2 == 0 ? "good and fine number " : "bad and poor number ") + i,
          i % 2 == 0 ? "pos" : "neg"));
    }
    var reviews = SequenceTables.table(rows, new StructType().add("shop", DataTypes.LongType)
        .add("review", DataTypes.StringType).add("mood", DataTypes.StringType));
    try (var each = EACH.train(reviews, "shop", "review", "mood")) {
      assertThat(each.figures().first().getString(1)).isEqualTo("own");
      assertThat(each.classify(reviews, "review", "said")
          .filter("said.label in ('pos', 'neg')").count()).isEqualTo(60);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAJobRuns() {
    assertThatThrownBy(() -> EACH.train(cycles(), "engine", "vibration", "fault"))
        .hasMessage("there is no column engine in the table; it has [machine, vibration, fault]");
    assertThatThrownBy(() -> EACH.train(cycles(), "machine", "fault", "fault"))
        .hasMessage("the column fault has int, expected texts, an array<array<float>> of steps, or "
            + "an array<float> with a number a step");
    assertThatThrownBy(() -> EACH.fewest(0))
        .hasMessage("the fewest examples of a key are 0, expected at least 1");
  }

  /// Rows without a key got the answers of the model of the key "null".
  @Test
  void nullIsNoKey() {
    var rows = new ArrayList<Row>();
    add(rows, "null", 40, null);
    for (int i = 0; i < 40; i++) {
      rows.add(RowFactory.create(null, cycle("a", i), i % 2));
    }
    var cycles = SequenceTables.table(rows, CYCLES);
    try (var each = EACH.train(cycles, "machine", "vibration", "fault")) {
      assertThat(each.figures().collectAsList()).singleElement()
          .extracting(row -> row.getString(0)).isEqualTo("null");
      var said = each.classify(cycles, "vibration", "said");
      assertThat(said.filter("machine = 'null' and said.source = 'own'").count()).isEqualTo(40);
      assertThat(said.filter("machine is null and said.label is null "
          + "and said.problem = 'the row has no key'").count()).isEqualTo(40);
    }
  }

  /// As a text, each array of bytes was another key.
  @Test
  void keysAsTextsAreThoseTheyWere() {
    assertThat(EachKey.text(new byte[] {1, 2})).isEqualTo(EachKey.text(new byte[] {1, 2}));
    assertThat(EachKey.text(null)).isNotEqualTo(EachKey.text("null"))
        .isNotEqualTo(EachKey.text(""));
  }

  @Test
  void columnsMayHaveDotsInTheirNames() {
    var cycles = cycles().filter("machine = 'a'").toDF("machine.id", "vibration.x", "fault.code");
    EACH.global(cycles, "machine.id", "vibration.x", "fault.code", 1);
    try (var each = EACH.train(cycles, "machine.id", "vibration.x", "fault.code")) {
      assertThat(each.models().columns()).containsExactly("machine.id", "model");
      assertThat(each.models().count()).isEqualTo(1);
      assertThat(each.classify(cycles, "vibration.x", "said.so")
          .filter("`said.so`.source = 'own'").count()).isEqualTo(41);
    }
  }

  @Test
  void namesThatClashAreTold() {
    for (var name : List.of("examples", "source", "Model")) {
      var cycles = cycles().withColumnRenamed("machine", name);
      assertThatThrownBy(() -> EACH.train(cycles, name, "vibration", "fault"))
          .hasMessage("the column of the keys has the name %s, and so has a column of the results, "
              .formatted(name) + name.toLowerCase(java.util.Locale.ROOT) + "; rename it");
    }
    var cycles = cycles().filter("machine = 'few'").withColumnRenamed("machine", "input");
    try (var each = EACH.train(cycles, "input", "vibration", "fault")) {
      assertThat(each.figures().first().getString(0)).isEqualTo("few");
      assertThatThrownBy(() -> each.classify(cycles, "vibration", "Fault"))
          .hasMessage("the table has a column fault already, which Spark takes for Fault as well; "
              + "give the answers another name");
    }
    assertThatThrownBy(() -> EACH.global(cycles, "input", "vibration", "fault", -1))
        .hasMessage("the largest number of keys is -1, expected at least 1");
  }

  @Test
  void oneExampleIsNoExamples() {
    var rows = new ArrayList<Row>();
    add(rows, "a", 1, null);
    try (var each = EACH.train(SequenceTables.table(rows, CYCLES), "machine", "vibration",
        "fault")) {
      assertThat(each.figures().first().<String>getAs("problem"))
          .startsWith("it has 1 example, expected at least 30");
    }
  }

  /// "Features: there is no row", and "row 1 has 1 columns, but row 0 has 2".
  @Test
  void sequencesAndStepsThatAreMissingAreTold() {
    var rows = new ArrayList<Row>();
    add(rows, "a", 1, null);
    rows.add(RowFactory.create("a", new float[0][], 1));
    rows.add(RowFactory.create("a", new float[][] {{1, 2}, null}, 1));
    var cycles = SequenceTables.table(rows, CYCLES);
    try (var each = EACH.fewest(1).fallback(EACH.global(cycles().filter("machine = 'b'"), "machine",
        "vibration", "fault", 1)).train(cycles.limit(2), "machine", "vibration", "fault")) {
      assertThat(each.figures().first().<String>getAs("problem"))
          .startsWith("a sequence has no steps, expected at least 1; leave it out. The fallback: ");
      assertThat(each.classify(cycles, "vibration", "said").select("said.problem").collectAsList())
          .extracting(row -> row.getString(0)).containsExactlyInAnyOrder(null,
              "a sequence has no steps, expected at least 1; leave it out",
              "step 1 of a sequence is missing, expected its numbers");
    }
  }
}
