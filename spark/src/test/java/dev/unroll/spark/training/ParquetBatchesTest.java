package dev.unroll.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Batches of Parquet files: each row once an epoch, in one order whoever reads it, and few of them
/// in memory.
class ParquetBatchesTest {
  private static final int ROWS = 803;
  private static final int BATCH = 16;
  private static final int SHARDS = 4;
  private static final int COUNT = ROWS / BATCH;

  @TempDir
  private static Path folder;

  private static SequenceToVector model() {
    return SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
        Outputs.numbers(1), 2);
  }

  /// The target of a row is its number.
  private static void write(int rows, String name) {
    var all = new ArrayList<Row>();
    for (int i = 0; i < rows; i++) {
      all.add(RowFactory.create(i, SequenceTables.sequence(i, 2), (double) i, "not read"));
    }
    var type = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    SequenceTables.table(all, new StructType().add("id", DataTypes.IntegerType).add("x", type)
        .add("y", DataTypes.DoubleType).add("rest", DataTypes.StringType)).repartition(3)
        .write().option("parquet.block.size", 1024)
        .option("parquet.block.size.row.check.min", 20)
        .option("parquet.block.size.row.check.max", 40).parquet(path(name));
  }

  private static String path(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @BeforeAll
  static void files() throws Exception {
    write(ROWS, "rows");
    write(20, "few");
    assertThat(RowGroup.all(HadoopFiles.of(LocalSpark.session(), path("rows"))).size())
        .isGreaterThan(6);
  }

  private static ParquetBatches batches() throws Exception {
    return ParquetBatches.of(LocalSpark.session(), path("rows"), "x", "y").batch(BATCH)
        .shards(SHARDS).rows(100).seed(5);
  }

  private static int row(ParquetTask task, long number) {
    var example = task.example(number);
    int row = (int) ((Values.Features) example.target()).values()[0];
    assertThat(((Values.Features) example.input()).values())
        .isEqualTo(Values.Features.ofRows(SequenceTables.sequence(row, 2)).values());
    return row;
  }

  private static List<Integer> epoch(ParquetTask task, int epoch) {
    var rows = new ArrayList<Integer>();
    for (int n = 0; n < COUNT * BATCH; n++) {
      rows.add(row(task, (long) epoch * COUNT * BATCH + n));
    }
    return rows;
  }

  @Test
  void eachRowComesOnceAnEpochAndEachEpochHasAnOrderOfItsOwn() throws Exception {
    var task = batches().task(model());
    var first = epoch(task, 0);
    assertThat(new HashSet<>(first)).hasSize(COUNT * BATCH);
    var second = epoch(task, 1);
    assertThat(new HashSet<>(second)).hasSize(COUNT * BATCH);
    assertThat(second).isNotEqualTo(first);
    assertThat(batches().seed(6).task(model()).example(0).target())
        .isNotEqualTo(batches().task(model()).example(0).target());
    task.close();
  }

  /// Wherever a training goes on.
  @Test
  void theOrderIsTheSameInWhateverOrderItIsRead() throws Exception {
    var task = batches().task(model());
    var first = epoch(task, 0);
    var second = epoch(task, 1);
    var other = batches().task(model());
    for (int n : new int[] {COUNT * BATCH - 1, 400, 401, 3, 799, 0, 417}) {
      assertThat(row(other, COUNT * BATCH + n)).isEqualTo(second.get(n));
      assertThat(row(other, n)).isEqualTo(first.get(n));
    }
    task.close();
    other.close();
  }

  /// It never holds more than what was set, far less than there is.
  @Test
  void itHoldsFewRows() throws Exception {
    var task = batches().task(model());
    epoch(task, 0);
    assertThat(task.mostHeld()).isBetween(1, 100);
    var narrow = batches().rows(8).task(model());
    epoch(narrow, 0);
    assertThat(narrow.mostHeld()).isEqualTo(8);
    task.close();
    narrow.close();
  }

  /// A member reads the rows of its own shards, and of their row groups what comes before.
  @Test
  void aMemberReadsItsOwnShards() throws Exception {
    var task = batches().task(model());
    for (int batch = 0; batch < COUNT; batch++) {
      for (int column = 0; column < BATCH / 2; column++) { // shards 0 and 1
        task.example((long) batch * BATCH + column);
      }
    }
    assertThat(task.read()).isBetween((long) COUNT * BATCH / 2, ROWS * 2L / 3);
    var batches = batches().train(model()).shards(SHARDS);
    assertThat(batches.count()).isEqualTo(COUNT * SHARDS);
    assertThat(batches.batch(0, 5).samples()).isEqualTo(BATCH / SHARDS);
    task.close();
  }

  @Test
  void oneMemberTwoAndNoneEndWithTheSameBits() throws Exception {
    var spark = LocalSpark.session();
    var data = batches().validation(spark, path("few"));
    var recipe = Recipe.of(2).shards(SHARDS).learningRate(0.01);
    var alone = Files.createDirectory(folder.resolve("alone"));
    try (var engine = Engine.of(1)) {
      var model = model();
      Trainer.of(model).recipe(recipe).engine(engine).folder(alone)
          .fit(data.train(model), data.validation(model));
    }
    for (int members : new int[] {1, 2}) {
      var shared = folder.resolve("members" + members);
      SparkTraining.in(spark, shared.toUri().toString()).recipe(recipe).members(members)
          .patience(Duration.ofSeconds(30)).fit(model(), data);
      assertThat(TrainingCase.digest(shared)).as("%d members", members)
          .isEqualTo(TrainingCase.digest(alone));
    }
  }

  @Test
  void labelsAndFlatArraysAndTextsAreReadToo() throws Exception {
    var spark = LocalSpark.session();
    spark.sql("select array(id % 3, id % 5, 2, id % 4) as x, if(id % 2 = 0, 'even', 'odd') as y, "
        + "if(id % 2 = 0, 'ab', 'cd cd') as t from range(40)").write().parquet(path("kinds"));
    var outputs = Outputs.labels(List.of("even", "odd"));
    var flat = ParquetBatches.of(spark, path("kinds"), "x", "y").task(SequenceToVector.of(
        Inputs.features(2), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST, outputs, 2));
    assertThat(flat.longestInput()).isEqualTo(2);
    assertThat(flat.example(0).input().length()).isEqualTo(2);
    var texts = ParquetBatches.of(spark, path("kinds"), "t", "y").task(SequenceToVector.of(
        Inputs.characters(List.of("abcd ")), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
        outputs, 2));
    assertThat(texts.longestInput()).isEqualTo(5);
    assertThat(texts.example(1).input().length()).isIn(2, 5);
    flat.close();
    texts.close();
  }

  @Test
  void whatCannotBeReadIsTold() throws Exception {
    var spark = LocalSpark.session();
    assertThatThrownBy(() -> ParquetBatches.of(spark, path("rows"), "z", "y"))
        .hasMessageStartingWith("there is no column z in ")
        .hasMessageEndingWith("it has [id, x, y, rest]");
    assertThatThrownBy(() -> batches().batch(2000).task(model()))
        .hasMessage("the files have 803 rows, fewer than a batch of 2000; make it smaller");
    assertThatThrownBy(() -> batches().shards(3).task(model()))
        .hasMessage("a batch of 16 cannot be divided into 3 shards of one size");
    assertThatThrownBy(() -> batches().rows(0)).hasMessage("0 rows in memory, expected at least 1");
    spark.sql("select array(array(1.0f, cast(id as float))) as x, if(id = 6, null, 1.0) as y "
        + "from range(8)").coalesce(1).write().parquet(path("hole"));
    var hole = ParquetBatches.of(spark, path("hole"), "x", "y").batch(8).shards(1).task(model());
    assertThatThrownBy(() -> hole.example(0)).hasMessageStartingWith("row 6 of row group 0 of ")
        .hasMessageContaining("has nothing to read or to learn; leave such rows out");
    hole.close();
    var changed = folder.resolve("changed");
    write(20, "changed");
    var other = ParquetBatches.of(spark, path("changed"), "x", "y").batch(8).task(model());
    write(30, "again");
    replace(folder.resolve("again"), changed);
    assertThatThrownBy(() -> other.example(0))
        .hasMessageEndingWith(" has changed since the training began");
  }

  /// Puts the content of a file of one folder in the place of each file of another.
  private static void replace(Path from, Path to) throws Exception {
    try (var files = Files.list(from); var targets = Files.list(to)) {
      var content = files.filter(file -> file.toString().endsWith(".parquet")).findFirst()
          .orElseThrow();
      for (var target : targets.filter(file -> file.toString().endsWith(".parquet")).toList()) {
        Files.write(target, Files.readAllBytes(content));
        Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
      }
    }
  }
}
