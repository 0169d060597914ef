package dev.unroll.spark.table;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Gru;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.streaming.runtime.MemoryStream;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/// What a scored table has to do as any other: it guards the internals of Spark that `MappedRows`
/// stands on.
class MappedRowsTest {
  private static final TableScoring SCORING = TableScoring.of(TableModel.of(
      SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
          Outputs.numbers(3), 2)))
      .rows(7);

  private static Dataset<Row> table(int count) {
    return SequenceTables.nested(SequenceTables.sequences(count, 2));
  }

  private static Dataset<Row> scored(Dataset<Row> table) {
    return SCORING.score(table, "sequence", "out");
  }

  /// Columns of any type come out as they went in, also null and those whose names need quotes.
  @Test
  void otherColumnsStayAsTheyAre() {
    var table = table(30).selectExpr("id", "sequence", "map('a', id, 'b', null) as m",
        "cast(cast(id as string) as binary) as b", "timestamp_seconds(id) as `at.time`",
        "named_struct('x', array(id, null), 'y', named_struct('z', cast(id as string))) as s",
        "cast(id / 7 as decimal(20, 3)) as d", "if(id % 2 = 0, null, concat('ä', id)) as t",
        "interval '1' day * id as i", "cast(null as array<map<int, double>>) as n");
    var scored = scored(table);
    assertThat(scored.drop("out").schema()).isEqualTo(table.schema());
    assertThat(scored.selectExpr("* except(b, out)", "hex(b)").collectAsList().toString())
        .isEqualTo(table.selectExpr("* except(b)", "hex(b)").collectAsList().toString());
    assertThat(scored.filter("`at.time` > timestamp_seconds(9) and out[0] is not null").count())
        .isEqualTo(20);
  }

  @Test
  void aTableIsJoinedToItselfGroupedAndStored() {
    var scored = scored(table(30));
    var other = scored.select("id", "out").as("other");
    var joined = scored.as("one").join(other,
        col("one.id").equalTo(col("other.id")));
    assertThat(joined.filter("one.out = other.out").count()).isEqualTo(30);
    assertThat(scored.union(scored).groupBy("out").count().filter("count = 2").count())
        .isEqualTo(30);
    var kept = scored.persist();
    assertThat(kept.count()).isEqualTo(30);
    assertThat(kept.orderBy("id").collectAsList())
        .isEqualTo(scored(table(30)).orderBy("id").collectAsList());
    kept.unpersist();
    assertThat(scored(scored.drop("out")).collectAsList()).isEqualTo(scored.collectAsList());
  }

  /// Whatever of Spark's ways to run a plan is taken.
  @Test
  void generatedCodeOrNot() {
    var conf = LocalSpark.session().conf();
    var expected = scored(table(20)).collectAsList();
    try {
      conf.set("spark.sql.codegen.wholeStage", "false");
      assertThat(scored(table(20)).collectAsList()).isEqualTo(expected);
      conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
      assertThat(scored(table(20)).collectAsList()).isEqualTo(expected);
    } finally {
      conf.unset("spark.sql.codegen.wholeStage");
      conf.unset("spark.sql.codegen.factoryMode");
    }
  }

  /// Nothing runs before the result is asked for something.
  @Test
  void itIsLazy() {
    var broken = SequenceTables.sequences(3, 2);
    broken.set(1, new float[][] {{Float.NaN, 1}});
    var scored = scored(SequenceTables.nested(broken));
    assertThat(scored.columns()).containsExactly("id", "sequence", "out");
  }

  @Test
  void aStreamingTable(@TempDir Path folder) throws Exception {
    var table = table(20);
    var stream = MemoryStream.apply(LocalSpark.session(), 1, Encoders.row(table.schema()));
    stream.addData(CollectionConverters.asScala(table.collectAsList()).toSeq());
    var found = new ArrayList<Row>();
    scored(stream.toDF()).writeStream()
        .foreachBatch((Dataset<Row> batch, Long _) -> found.addAll(batch.collectAsList()))
        .option("checkpointLocation", folder.toString())
        .trigger(Trigger.AvailableNow()).start()
        .awaitTermination();
    assertThat(found).isEqualTo(scored(table).collectAsList());
  }

  /// Numbers of every type, nested or flat; null is a missing number, which the model refuses, and
  /// not 0.
  @Test
  void numbersOfEveryType() {
    var whole = List.<float[][]>of(new float[][] {{1, 2}, {3, 4}});
    var expected = scored(SequenceTables.nested(whole)).first().getList(2);
    var scored = LocalSpark.session().sql(
        "select array(array(1, 2), array(3, 4)) as x, array(1, null, 3, 4) as y");
    var scoring = SCORING.invalid(InvalidRows.KEEP);
    var types = List.of("tinyint", "smallint", "int", "bigint", "float", "double",
        "decimal(9, 2)", "decimal(30, 2)");
    for (var type : types) {
      var numbers = scored.selectExpr("*", "cast(x as array<array<%s>>) as nested".formatted(type),
          "cast(flatten(x) as array<%s>) as flat".formatted(type),
          "cast(y as array<%s>) as missing".formatted(type));
      for (var column : List.of("nested", "flat", "missing")) {
        numbers = scoring.score(numbers, column, column + " " + type);
      }
      scored = numbers.drop("nested", "flat", "missing");
    }
    var row = scored.first();
    for (var type : types) {
      assertThat(row.getList(row.fieldIndex("nested " + type))).as(type).isEqualTo(expected);
      assertThat(row.getList(row.fieldIndex("flat " + type))).as(type).isEqualTo(expected);
      assertThat(row.isNullAt(row.fieldIndex("missing " + type))).as(type).isTrue();
    }
  }
}
