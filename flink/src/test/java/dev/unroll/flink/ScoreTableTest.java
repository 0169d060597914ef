package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.layer.stepping.StateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A table that is scored in SQL.
class ScoreTableTest {
  @TempDir
  private Path folder;

  @Test
  void rowsHaveTheBitsOfAPlainLoop() throws Exception {
    var model = Networks.lstm(5, 1);
    var file = Files.write(folder.resolve("model.safetensors"), model.toBytes());
    var readings = new ArrayList<>(Reading.some(200, 10, 3));
    var expected = new HashMap<Long, Float>();
    Networks.scores(model, Reading.FEATURES, readings)
        .forEach(score -> expected.put(score.id(), score.first()));
    readings.add(100, new Reading("device1", 1100, 999, 1, Float.NaN, 2));
    try (var cluster = new Cluster(1)) {
      var environment = cluster.environment("rocksdb", 2);
      var tables = StreamTableEnvironment.create(environment);
      tables.createTemporarySystemFunction("score", ScoreTable.class);
      var stream = environment.fromData(readings).setParallelism(1)
          .assignTimestampsAndWatermarks(WatermarkStrategy.<Reading>forMonotonousTimestamps()
              .withTimestampAssigner((r, _) -> r.time()))
          .setParallelism(1);
      tables.createTemporaryView("readings", stream, Schema.newBuilder()
          .column("device", DataTypes.STRING()).column("id", DataTypes.BIGINT())
          .columnByExpression("x0", "a").columnByExpression("x1", "b")
          .columnByExpression("x2", "c").column("a", DataTypes.FLOAT())
          .column("b", DataTypes.FLOAT()).column("c", DataTypes.FLOAT())
          .columnByMetadata("ts", DataTypes.TIMESTAMP_LTZ(3), "rowtime")
          .watermark("ts", "SOURCE_WATERMARK()").build());
      var rows = new ArrayList<Row>();
      try (var all = tables.sqlQuery("""
          SELECT * FROM score(input => TABLE readings PARTITION BY device,
              model => '%s', on_time => DESCRIPTOR(ts))""".formatted(file)).execute().collect()) {
        all.forEachRemaining(rows::add);
      }
      assertThat(rows).hasSize(201);
      assertThat(rows.getFirst().getFieldNames(true)).containsExactly("device", "scores", "label",
          "model", "why", "rowtime");
      assertThat(rows.stream().filter(row -> row.getField("why") != null).toList())
          .singleElement().satisfies(row -> assertThat(row.getField("why")).asString()
              .contains("x1 is missing"));
      assertThat(firsts(rows)).isEqualTo(List.copyOf(expected.values()).stream().sorted().toList());
    }
  }

  @Test
  void theStateOfAnotherLayoutIsRefused() {
    var model = Networks.lstm(5, 1);
    var other = Networks.lstm(6, 1);
    var kept = new ScoreTable.Kept();
    kept.keep(model.initial());
    assertThat(kept.state(model)).isEqualTo(model.initial());
    assertThatThrownBy(() -> kept.state(other)).isInstanceOf(StateException.class)
        .hasMessage("the state of the partition has the layout %016x, but that of model %s is "
            + "%016x, %s; score with a model of the same layers, or start the query without the "
            + "savepoint", model.layout().fingerprint(), other.version(),
            other.layout().fingerprint(), other.layout());
  }

  private static List<Float> firsts(List<Row> rows) {
    return rows.stream().filter(row -> row.getField("scores") != null)
        .map(row -> (Float) ((Map<?, ?>) row.getField("scores")).get("y0")).sorted().toList();
  }
}
