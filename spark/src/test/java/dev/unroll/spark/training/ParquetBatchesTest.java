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
import dev.unroll.train.TrainingException;
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
    assertThatThrownBy(() -> batches().batch(0))
        .hasMessage("a batch of 0 examples, expected at least 1");
    assertThatThrownBy(() -> batches().shards(0)).hasMessage("0 shards, expected at least 1");
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

  /// Only the member with the row knew; the others said that it is lost.
  @Test
  void aBadRowIsToldByAllMembers() throws Exception {
    var spark = LocalSpark.session();
    spark.sql("select array(array(1.0f, cast(id as float))) as x, if(id = 6, 1.7, 1.0) as y "
        + "from range(32)").coalesce(1).write().parquet(path("bad"));
    var data = ParquetBatches.of(spark, path("bad"), "x", "y").batch(8).shards(2);
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4),
        Pooling.LAST, Outputs.classes(2), 2);
    assertThatThrownBy(() -> SparkTraining.in(spark, path("run-bad"))
        .recipe(Recipe.of(1).shards(2)).members(2).patience(Duration.ofSeconds(30))
        .fit(model, data)).isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("row 6 of row group 0 of ")
        .hasMessageEndingWith("the column y has 1.7, expected the number of a class, 0 to 1");
  }

  @Test
  void otherFilesInAUsedFolderAreRefused() throws Exception {
    var spark = LocalSpark.session();
    var recipe = Recipe.of(1).shards(SHARDS);
    var training = SparkTraining.in(spark, path("used")).recipe(recipe).members(1)
        .patience(Duration.ofSeconds(30));
    var few = ParquetBatches.of(spark, path("few"), "x", "y").batch(8).shards(SHARDS);
    training.fit(model(), few);
    training.fit(model(), few);
    assertThatThrownBy(() -> training.fit(model(), batches().batch(8).seed(1).rows(65_536)))
        .hasMessageEndingWith("differs in the files; give this one another folder");
    assertThatThrownBy(() -> training.fit(model(), few.validation(spark, path("few"))))
        .hasMessageEndingWith("differs in the files that validate; give this one another folder");
  }

  /// Their target is read from the name of a folder, which the files do not have.
  @Test
  void aColumnOfPartitionsIsRefused() throws Exception {
    var spark = LocalSpark.session();
    spark.sql("select array(array(1.0f, 2.0f)) as x, id % 2 as y from range(8)").write()
        .partitionBy("y").parquet(path("parts"));
    assertThatThrownBy(() -> ParquetBatches.of(spark, path("parts"), "x", "y"))
        .hasMessage("the column y is not in the files, but in the names of their folders; write it "
            + "as a column of another name");
  }

  /// Files of unfinished jobs and logs were read.
  @Test
  void foldersThatSparkLeavesOutAreLeftOut() throws Exception {
    var spark = LocalSpark.session();
    write(20, "seen");
    write(20, "seen/_temporary/0");
    write(20, "seen/.hidden");
    write(20, "seen/_delta_log");
    write(20, "seen/_part=3");
    var groups = RowGroup.all(HadoopFiles.of(spark, path("seen")));
    assertThat(groups.stream().map(group -> group.file().path())).isNotEmpty().noneMatch(
        file -> file.contains("_temporary") || file.contains(".hidden") || file.contains("_delta"));
    assertThat(groups.stream().mapToLong(RowGroup::rows).sum()).isEqualTo(40);
  }

  /// U+0958 is two characters when it is composed; the length was that before.
  @Test
  void textsAreMeasuredAsTheyAreRead() throws Exception {
    var spark = LocalSpark.session();
    spark.sql("select decode(unhex('E0A598E0A598'), 'UTF-8') as t, 1.0 as y from range(8)").write()
        .parquet(path("composed"));
    var task = ParquetBatches.of(spark, path("composed"), "t", "y").batch(8)
        .task(SequenceToVector.of(
            Inputs.characters(List.of("\u0915\u093c")), RecurrentStack.of(Gru.cell(), 4),
            Pooling.LAST, Outputs.numbers(1), 2));
    assertThat(task.example(0).input().length()).isEqualTo(4);
    assertThat(task.longestInput()).isEqualTo(4);
    task.close();
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
