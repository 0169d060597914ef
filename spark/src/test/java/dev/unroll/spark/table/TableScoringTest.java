package dev.unroll.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import dev.unroll.table.Texts;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import dev.unroll.task.Effort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/// A table gets the answers that the model gives outside of Spark, bit for bit.
class TableScoringTest {
  private static final SequenceToVector VECTORS = SequenceToVector.of(Inputs.features(3),
      RecurrentStack.of(Lstm.cell(), 5), Pooling.LAST, Outputs.classes(4), 2);

  private static List<float[]> expected(List<float[][]> sequences) {
    try (var engine = Engine.of(1)) {
      return VECTORS.predictor(engine).predict(sequences);
    }
  }

  private static float[] floats(Row row, String column) {
    return floats(row.getList(row.fieldIndex(column)));
  }

  private static float[] floats(List<?> numbers) {
    var floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) numbers.get(i)).floatValue();
    }
    return floats;
  }

  @Test
  void sequencesAsArraysOfArrays() {
    var sequences = SequenceTables.sequences(200, 3);
    var expected = expected(sequences);
    var table = SequenceTables.nested(sequences).repartition(5);
    var scored = TableScoring.of(TableModel.of(VECTORS)).rows(16).score(table, "sequence", "out");
    assertThat(scored.columns()).containsExactly("id", "sequence", "out");
    var rows = scored.collectAsList();
    assertThat(rows).hasSize(200);
    for (var row : rows) {
      assertThat(floats(row, "out")).containsExactly(expected.get(row.getInt(0)));
    }
  }

  @Test
  void sequencesAsOneArray() {
    var sequences = SequenceTables.sequences(20, 3);
    var expected = expected(sequences);
    var table = SequenceTables.nested(sequences).selectExpr("id", "flatten(sequence) as s");
    for (var row : TableScoring.of(TableModel.of(VECTORS)).score(table, "s", "out")
        .collectAsList()) {
      assertThat(floats(row, "out")).containsExactly(expected.get(row.getInt(0)));
    }
  }

  /// Rows of readings in any order, on any partition.
  @Test
  void rowsThatAreGroupedAndOrderedByTime() {
    var sequences = SequenceTables.sequences(30, 3);
    var expected = expected(sequences);
    var readings = new ArrayList<Row>();
    for (int i = 0; i < sequences.size(); i++) {
      for (int t = 0; t < sequences.get(i).length; t++) {
        var x = sequences.get(i)[t];
        readings.add(RowFactory.create(i, 1000L + t, x[0], x[1], x[2]));
      }
    }
    Collections.reverse(readings);
    var table = SequenceTables.table(readings,
        new StructType().add("machine", DataTypes.IntegerType).add("time", DataTypes.LongType)
            .add("x", DataTypes.FloatType).add("y", DataTypes.FloatType)
            .add("z", DataTypes.FloatType));
    var grouped = TableScoring.sequences(table.repartition(4), "machine", "time", "sequence",
        List.of("x", "y", "z"));
    var rows = TableScoring.of(TableModel.of(VECTORS)).score(grouped, "sequence", "out")
        .collectAsList();
    assertThat(rows).hasSize(30);
    for (var row : rows) {
      assertThat(floats(row, "out")).containsExactly(expected.get(row.getInt(0)));
    }
  }

  @Test
  void symbolsGetAnAnswerAtEachStep() {
    var model = LanguageModel.of(7, Gru.cell(), 6);
    int[] symbols = {1, 5, 2, 6};
    float[][] expected;
    try (var engine = Engine.of(1)) {
      expected = model.predictor(engine).predict(symbols);
    }
    var table = LocalSpark.session().sql("select array(1, 5, 2, 6) as s");
    var row = TableScoring.of(TableModel.of(model)).score(table, "s", "out").first();
    List<scala.collection.Seq<?>> steps = row.getList(1);
    assertThat(steps).hasSize(4);
    for (int t = 0; t < 4; t++) {
      for (int c = 0; c < 7; c++) {
        assertThat(steps.get(t).apply(c)).isEqualTo(expected[t][c]);
      }
    }
  }

  /// Symbols 1.5 were cut to 1, and a symbol of 2^40 was "integer overflow".
  @Test
  void symbolsAreWholeNumbers() {
    var scoring = TableScoring.of(TableModel.of(LanguageModel.of(7, Gru.cell(), 6)));
    var table = LocalSpark.session().sql("select array(1.5, 2.0) as parts, array(1L << 40) as "
        + "large, array(1bd, 5bd) as whole, array(1, 5) as s");
    assertThatThrownBy(() -> scoring.score(table, "parts", "out")).hasMessageStartingWith(
        "the column parts has array<decimal(2,1)>, but the model reads");
    assertThatThrownBy(() -> scoring.score(table, "large", "out").collectAsList())
        .hasStackTraceContaining("step 0 has 1099511627776, expected a symbol, at most 2147483647");
    var row = scoring.score(scoring.score(table, "whole", "a"), "s", "b").first();
    assertThat(row.getList(4)).isEqualTo(row.getList(5)).isNotEmpty();
  }

  @Test
  void textsGetALabel() {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      texts.add((i % 2 == 0 ? "good and fine number " : "bad and poor number ") + i);
      labels.add(i % 2 == 0 ? "pos" : "neg");
    }
    var classifier = Classifier.train(Texts.of(texts, labels),
        ClassifierOptions.DEFAULT.effort(Effort.QUICK).epochs(2));
    var table = LocalSpark.session()
        .sql("select * from values (1, 'good and fine'), (2, null), (3, 'poor') as t(id, text)");
    var rows = TableScoring.of(TableModel.of(classifier)).score(table, "text", "sentiment")
        .orderBy("id").collectAsList();
    var expected = classifier.classify("good and fine");
    var answer = rows.getFirst().getStruct(2);
    assertThat(answer.getString(0)).isEqualTo(expected.label());
    assertThat(answer.getDouble(1)).isEqualTo(expected.probability());
    assertThat(answer.<Double>getList(2)).containsExactlyElementsOf(
        classifier.labels().stream().map(label -> expected.all().get(label)).toList());
    assertThat(rows.get(1).isNullAt(2)).isTrue();
  }

  @Test
  void aRowThatCannotBeReadIsShown() {
    var sequences = SequenceTables.sequences(9, 3);
    sequences.set(4, new float[][] {{1, 2}});
    sequences.set(6, new float[][] {{1, 2, Float.NaN}});
    var table = SequenceTables.nested(sequences).coalesce(1);
    var scoring = TableScoring.of(TableModel.of(VECTORS));
    assertThatThrownBy(() -> scoring.score(table, "sequence", "out").collectAsList())
        .isInstanceOf(SparkException.class).rootCause()
        .hasMessage("step 0 has 2 numbers, expected 3");
    var kept = scoring.invalid(InvalidRows.KEEP).score(table, "sequence", "out").collectAsList();
    assertThat(kept).hasSize(9);
    assertThat(kept.stream().filter(row -> row.isNullAt(2)).map(row -> row.getInt(0)))
        .containsExactly(4, 6);
    sequences.remove(4);
    var finite = SequenceTables.nested(sequences).coalesce(1);
    assertThatThrownBy(() -> scoring.score(finite, "sequence", "out").collectAsList())
        .hasStackTraceContaining("the row [5,").hasStackTraceContaining("cannot be scored");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAJobRuns() {
    var scoring = TableScoring.of(TableModel.of(VECTORS));
    var table = LocalSpark.session().sql("select 'a' as text, array('b') as words, 1 as n");
    assertThatThrownBy(() -> scoring.score(table, "text", "out")).isInstanceOf(DataException.class)
        .hasMessage("the column text has string, but the model reads numbers, an "
            + "array<array<float>> of steps with 3 each, or an array<float> of all of them");
    assertThatThrownBy(() -> scoring.score(table, "words", "out"))
        .hasMessageStartingWith("the column words has array<string>, but the model reads");
    assertThatThrownBy(() -> scoring.score(table, "nothing", "out"))
        .hasMessage("there is no column nothing in the table; it has [text, words, n]");
    var fits = SequenceTables.nested(SequenceTables.sequences(1, 3));
    assertThatThrownBy(() -> scoring.score(fits, "sequence", "id"))
        .hasMessage("the table has a column id already; give the answers another name");
  }

  /// However many tasks receive it.
  @Test
  void anExecutorHasAModelOnce() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(TableModel.of(VECTORS));
    }
    var read = new ArrayList<Object>();
    for (int i = 0; i < 2; i++) {
      try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        read.add(in.readObject());
      }
    }
    assertThat(read.get(0)).isSameAs(read.get(1)).isEqualTo(TableModel.of(VECTORS));
  }

  @Test
  void oneSequenceIsTheSameAlone() {
    var values = Values.Features.ofRows(SequenceTables.sequence(3, 3));
    try (var engine = Engine.of(1)) {
      assertThat(VECTORS.predictor(engine).predict(values))
          .containsExactly(expected(SequenceTables.sequences(9, 3)).get(3));
    }
  }

  /// "the column t has string, but the model reads symbols".
  @Test
  void aModelThatKnowsItsTokensReadsTextsAsWell() {
    var model = SequenceToVector.of(Inputs.characters(List.of("abc")),
        RecurrentStack.of(Gru.cell(), 4), Pooling.LAST, Outputs.classes(2), 3);
    var steps = SequenceToSequence.of(Inputs.characters(List.of("abc")),
        RecurrentStack.of(Gru.cell(), 4), Outputs.classes(2), 3);
    var symbols = model.architecture().inputs().encode("cab");
    var table = LocalSpark.session().sql("select 'cab' as t, array(%d, %d, %d) as s".formatted(
        symbols[0], symbols[1], symbols[2]));
    for (var tables : List.of(TableModel.of(model), TableModel.of(steps))) {
      var scoring = TableScoring.of(tables);
      var row = scoring.score(scoring.score(table, "t", "a"), "s", "b").first();
      assertThat(row.getList(2)).isEqualTo(row.getList(3)).isNotEmpty();
    }
    var scoring = TableScoring.of(TableModel.of(model));
    var unknown = LocalSpark.session().sql("select 'xyz' as t, 1.0 as n");
    assertThat(scoring.invalid(InvalidRows.KEEP).score(unknown, "t", "a").first().isNullAt(2))
        .isTrue();
    assertThatThrownBy(() -> scoring.score(unknown, "n", "a")).hasMessage("the column n has "
        + "decimal(2,1), but the model reads texts, or symbols, an array<int>");
  }

  private static void assertTold(String column, String message) {
    var table = LocalSpark.session().sql("select %s as s".formatted(column));
    assertThatThrownBy(() -> TableScoring.of(TableModel.of(VECTORS)).score(table, "s", "out")
        .collectAsList()).hasStackTraceContaining("cannot be scored: " + message
            + ". Mend it, or have the answers of such rows null");
  }

  /// They told of a sample 0, whichever the row was, and of NaN where a null was, and two sentences
  /// were glued together.
  @Test
  void aRowIsToldInSentencesOfItsOwn() {
    assertTold("array(array(1f, 2f, null))",
        "the input at step 0, column 2 is missing, expected a finite number");
    assertTold("array(1d, 2d, 3d, 4d, null, 6d)",
        "the input at step 1, column 1 is missing, expected a finite number");
    assertTold("array(array(1f, 2f, float('NaN')))", "the input at step 0, column 2 is NaN, "
        + "expected a finite number; replace it, or mask the step and put 0 there");
    assertTold("cast(array() as array<float>)",
        "the input has no steps, expected at least 1; leave this sample out");
  }

  @Test
  void namesThatClashAreTold() {
    var scoring = TableScoring.of(TableModel.of(VECTORS));
    var table = SequenceTables.nested(SequenceTables.sequences(1, 3)).toDF("label", "the.steps");
    assertThatThrownBy(() -> scoring.score(table, "the.steps", "Label"))
        .hasMessage("the table has a column label already, which Spark takes for Label as well; "
            + "give the answers another name");
    assertThat(scoring.score(table, "the.steps", "the.answers").count()).isEqualTo(1);
  }

  @Test
  void sequencesOfColumnsThatAreNotThereAreTold() {
    var table = LocalSpark.session().sql("select 1 as `the.key`, 2 as time, 3.0 as x");
    assertThatThrownBy(() -> TableScoring.sequences(table, "key", "time", "s", List.of("x")))
        .hasMessage("there is no column key in the table; it has [the.key, time, x]");
    assertThatThrownBy(() -> TableScoring.sequences(table, "the.key", "time", "s", List.of("y")))
        .hasMessage("there is no column y in the table; it has [the.key, time, x]");
    assertThatThrownBy(() -> TableScoring.sequences(table, "the.key", "time", "The.Key",
        List.of("x"))).hasMessageEndingWith("give the sequences another name");
    assertThat(TableScoring.sequences(table, "the.key", "time", "s.s", List.of("x")).columns())
        .containsExactly("the.key", "s.s");
  }
}
