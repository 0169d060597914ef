package dev.unroll.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Members of a barrier stage end with the model file of a single process.
class SparkTrainingTest {
  private static SparkTraining training(Path folder) {
    return SparkTraining.in(LocalSpark.session(), folder.toUri().toString()).checkpointSteps(3)
        .patience(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @EnumSource
  void theModelFileIsThatOfASingleProcess(TrainingCase it, @TempDir Path folder) throws Exception {
    var recipe = TrainingCase.recipe(20);
    var expected = it.alone(recipe, Files.createDirectory(folder.resolve("alone")));
    for (int members : new int[] {1, 3}) {
      var shared = folder.resolve("members" + members);
      var model = training(shared).recipe(recipe).members(members).fit(it.model(), it);
      assertThat(TrainingCase.digest(shared)).as("%d members", members).isEqualTo(expected);
      assertThat(model.parameters().values()).containsExactly(
          Structure.load(folder.resolve("alone/model.safetensors")).parameters().values());
    }
  }

  @Test
  void replicasThatTrainOnTheirOwnEndWithTheBitsOfOneProcess(@TempDir Path folder)
      throws Exception {
    var it = TrainingCase.LANGUAGE_MODEL;
    var recipe = TrainingCase.recipe(20).syncEvery(4);
    var expected = it.alone(recipe, Files.createDirectory(folder.resolve("alone")));
    var shared = folder.resolve("shared");
    training(shared).recipe(recipe).members(3).fit(it.model(), it);
    assertThat(TrainingCase.digest(shared)).isEqualTo(expected);
  }

  /// Fails on one member, once.
  private record FailsOnce(TrainingCase it) implements TrainingBatches {
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @Override
    public Batches train(Structure model) throws IOException {
      if (FAILURES.getAndIncrement() == 0) {
        throw new IOException("the disk of this machine is gone");
      }
      return it.train(model);
    }
  }

  /// One member that fails brings all down; Spark starts them again.
  @Test
  void aMemberThatFailsIsStartedAgain(@TempDir Path folder) throws Exception {
    var it = TrainingCase.LANGUAGE_MODEL;
    var recipe = TrainingCase.recipe(20);
    var expected = it.alone(recipe, Files.createDirectory(folder.resolve("alone")));
    var shared = folder.resolve("shared");
    FailsOnce.FAILURES.set(0);
    training(shared).recipe(recipe).members(3)
        .fit(it.model(), new FailsOnce(it));
    assertThat(FailsOnce.FAILURES.get()).isGreaterThan(3);
    assertThat(TrainingCase.digest(shared)).isEqualTo(expected);
  }

  /// A job that is started again goes on with other members.
  @Test
  void aFolderWithACheckpointIsGoneOnWith(@TempDir Path folder) throws Exception {
    var it = TrainingCase.CLASSIFIER;
    var recipe = TrainingCase.recipe(20);
    var expected = it.alone(recipe, Files.createDirectory(folder.resolve("alone")));
    var shared = Files.createDirectory(folder.resolve("shared"));
    try (var engine = Engine.of(1)) {
      var model = it.model();
      var session = Trainer.of(model).recipe(recipe).engine(engine).folder(shared)
          .session(it.train(model), ((TrainingBatches) it).validation(model));
      session.pauseAfter(1);
      session.fit(TrainingListener.SILENT);
    }
    training(shared).recipe(recipe).members(2).fit(it.model(), it);
    assertThat(TrainingCase.digest(shared)).isEqualTo(expected);
  }

  @Test
  void aTableOfExamples(@TempDir Path folder) throws Exception {
    var labels = List.of("up", "down");
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4),
        Pooling.LAST, Outputs.labels(labels), 5);
    var known = model.architecture().outputs().labels();
    var examples = new ArrayList<Example>();
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 60; i++) {
      var sequence = SequenceTables.sequence(i, 2);
      examples.add(new Example(Values.Features.ofRows(sequence),
          Values.Symbols.of(known.number(i % 2 == 0 ? "up" : "down"))));
      rows.add(RowFactory.create(sequence, i % 2 == 0 ? "up" : "down"));
    }
    var recipe = Recipe.of(2).shards(4);
    var alone = Files.createDirectory(folder.resolve("alone"));
    var copy = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4),
        Pooling.LAST, Outputs.labels(labels), 5);
    try (var engine = Engine.of(1)) {
      Trainer.of(copy).recipe(recipe).engine(engine).folder(alone).batch(8).seed(3).fit(examples);
    }
    var type = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    var table = SequenceTables.table(rows,
        new StructType().add("x", type).add("direction", DataTypes.StringType));
    var shared = folder.resolve("shared");
    training(shared).recipe(recipe).members(2).batch(8).seed(3).fit(model, table, "x",
        "direction");
    assertThat(TrainingCase.digest(shared)).isEqualTo(TrainingCase.digest(alone));
    assertThatThrownBy(() -> training(shared).fit(model, table, "direction", "direction"))
        .isInstanceOf(DataException.class).hasMessageContaining("direction has string");
  }

  /// Pairs of symbols from a table teach an encoder–decoder what they teach it on one machine.
  @Test
  void aTableOfPairsForAnEncoderDecoder(@TempDir Path folder) throws Exception {
    var examples = new ArrayList<Example>();
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 40; i++) {
      int[] read = {i % 5, i % 3, i % 4};
      int[] written = i % 2 == 0 ? new int[] {i % 4, i % 3} : new int[] {i % 5};
      examples.add(new Example(new Values.Symbols(read), new Values.Symbols(written)));
      rows.add(RowFactory.create(read, written));
    }
    var recipe = Recipe.of(2).shards(4);
    var alone = Files.createDirectory(folder.resolve("alone"));
    try (var engine = Engine.of(1)) {
      Trainer.of(TrainingCase.ENCODER_DECODER.model()).recipe(recipe).engine(engine).folder(alone)
          .batch(8).seed(3).fit(examples);
    }
    var type = DataTypes.createArrayType(DataTypes.IntegerType);
    var table = SequenceTables.table(rows, new StructType().add("read", type)
        .add("written", type));
    var shared = folder.resolve("shared");
    training(shared).recipe(recipe).members(2).batch(8).seed(3)
        .fit(TrainingCase.ENCODER_DECODER.model(), table, "read", "written");
    assertThat(TrainingCase.digest(shared)).isEqualTo(TrainingCase.digest(alone));
  }

  @Test
  void dynamicAllocationIsRefused(@TempDir Path folder) {
    var it = TrainingCase.CLASSIFIER;
    var conf = LocalSpark.session().sparkContext().conf();
    conf.set("spark.dynamicAllocation.enabled", "true");
    try {
      assertThatThrownBy(() -> training(folder).members(2).fit(it.model(), it))
          .isInstanceOf(DataException.class)
          .hasMessage("members of a training run all at the same time, which Spark cannot do with "
              + "dynamic allocation; set spark.dynamicAllocation.enabled to false");
    } finally {
      conf.remove("spark.dynamicAllocation.enabled");
    }
  }

  @Test
  void missingSlotsAreRefusedWithWhatToSet(@TempDir Path folder) {
    var it = TrainingCase.CLASSIFIER;
    assertThatThrownBy(() -> training(folder).patience(Duration.ofMillis(10)).members(4)
        .fit(it.model(), it)).isInstanceOf(DataException.class)
        .hasMessage("4 members run at the same time, but the cluster has slots for 3 tasks; set "
            + "more executors (spark.executor.instances) or more cores for each "
            + "(spark.executor.cores), a smaller spark.task.cpus, now 1, or fewer members");
    assertThatThrownBy(() -> training(folder).recipe(Recipe.of(1).shards(2)).members(3)
        .fit(it.model(), it)).hasMessage("3 members share 2 shards; set recipe.shards to a power "
            + "of two of at least 3, or fewer members");
  }

  /// What would fail in every attempt ends the job with its sentence.
  @Test
  void anotherTrainingInTheFolderIsTold(@TempDir Path folder) throws Exception {
    var first = TrainingCase.LANGUAGE_MODEL;
    training(folder).recipe(TrainingCase.recipe(10)).members(2).fit(first.model(), first);
    var other = TrainingCase.CLASSIFIER;
    assertThatThrownBy(() -> training(folder).recipe(TrainingCase.recipe(10)).members(2)
        .fit(other.model(), other)).isInstanceOf(DataException.class)
        .hasMessage("the folder %s has another training, which differs in the model; give this one "
            + "another folder", folder.toUri());
  }

  private static SequenceToVector upOrDown() {
    return SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
        Outputs.classes(2), 5);
  }

  /// Rows whose classes are numbers, as a column of doubles.
  private static Dataset<Row> numbered(double... classes) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < classes.length; i++) {
      rows.add(RowFactory.create(SequenceTables.sequence(i, 2), classes[i]));
    }
    var type = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    return SequenceTables.table(rows,
        new StructType().add("x", type).add("y", DataTypes.DoubleType));
  }

  /// It returned the model of the first training, whatever labels or settings were given.
  @Test
  void aUsedFolderIsForTheSameTrainingOnly(@TempDir Path folder) throws Exception {
    var training = training(folder).recipe(Recipe.of(1).shards(2)).members(1).batch(4)
        .validation(0);
    var table = numbered(0, 1, 0, 1, 0, 1, 0, 1);
    training.fit(upOrDown(), table, "x", "y");
    var file = TrainingCase.digest(folder);
    training.members(2).checkpointSteps(50).fit(upOrDown(), table, "x", "y");
    assertThat(TrainingCase.digest(folder)).isEqualTo(file);
    var start = "the folder %s has another training, which differs in ".formatted(folder.toUri());
    var end = "; give this one another folder";
    assertThatThrownBy(() -> training.fit(upOrDown(), numbered(1, 0, 1, 0, 1, 0, 1, 0), "x", "y"))
        .isInstanceOf(DataException.class).hasMessage(start + "the examples" + end);
    assertThatThrownBy(() -> training.recipe(Recipe.of(2).learningRate(0.5).shards(2))
        .fit(upOrDown(), table, "x", "y")).hasMessage(start + "epochs (1 there, 2 here), "
            + "learning rate (%s there, 0.5 here)%s", Recipe.of(1).learningRate(), end);
    assertThatThrownBy(() -> training.batch(8).seed(2).validation(0.5)
        .fit(upOrDown(), table, "x", "y")).hasMessage(start + "batch (4 there, 8 here), "
            + "validation (0.0 there, 0.5 here), seed (1 there, 2 here)" + end);
    assertThat(TrainingCase.digest(folder)).isEqualTo(file);
  }

  /// It was replaced.
  @Test
  void aModelOfNoTrainingIsNotReplaced(@TempDir Path folder) throws Exception {
    upOrDown().save(folder.resolve("model.safetensors"));
    var file = TrainingCase.digest(folder);
    var it = TrainingCase.CLASSIFIER;
    assertThatThrownBy(() -> training(folder).members(1).fit(it.model(), it))
        .isInstanceOf(DataException.class)
        .hasMessage("the folder %s has a model.safetensors without a checkpoint, which this "
            + "training would replace; give it another folder", folder.toUri());
    assertThat(TrainingCase.digest(folder)).isEqualTo(file);
  }

  /// They were cut off: NaN and -0.4 became class 0, and 1.7 class 1.
  @Test
  void numbersThatAreNoClassesAreRefused(@TempDir Path folder) {
    for (double wrong : new double[] {Double.NaN, 1.7, -0.4, 1e18, 2, -1}) {
      assertThatThrownBy(() -> training(folder).members(1).fit(upOrDown(), numbered(0, 1, wrong),
          "x", "y")).isInstanceOf(DataException.class)
          .hasMessage("row 2: the column y has %s, expected the number of a class, 0 to 1", wrong);
    }
    var decimals = numbered(0, 1, 0.5).selectExpr("x", "cast(y as decimal(4, 2)) as y");
    assertThatThrownBy(() -> training(folder).members(1).fit(upOrDown(), decimals, "x", "y"))
        .hasMessage("row 2: the column y has 0.5, expected the number of a class, 0 to 1");
  }

  /// Data that one member cannot read, and the steps that it tried.
  private record BadOnOne(TrainingCase it) implements TrainingBatches {
    private static final AtomicInteger CALLS = new AtomicInteger();

    @Override
    public Batches train(Structure model) throws IOException {
      CALLS.incrementAndGet();
      if (TaskContext.getPartitionId() == 1) {
        throw new DataException("row 7 has no label");
      }
      return it.train(model);
    }
  }

  /// The others said that the member is lost, and the job was run four times.
  @Test
  void aMemberThatRefusesItsDataIsHeard(@TempDir Path folder) throws Exception {
    var it = TrainingCase.LANGUAGE_MODEL;
    BadOnOne.CALLS.set(0);
    assertThatThrownBy(() -> training(folder).recipe(TrainingCase.recipe(10)).members(2)
        .fit(it.model(), new BadOnOne(it))).isInstanceOf(TrainingException.class)
        .hasMessage("row 7 has no label");
    assertThat(BadOnOne.CALLS.get()).isLessThanOrEqualTo(2);
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("problem"));
    }
  }

  @Test
  void settingsThatCannotBeAreRefusedAtOnce(@TempDir Path folder) {
    var training = training(folder);
    assertThatThrownBy(() -> training.members(-3))
        .hasMessage("-3 members, expected at least 1, or 0 for as many as fit");
    assertThatThrownBy(() -> training.batch(0))
        .hasMessage("a batch of 0 examples, expected at least 1");
    assertThatThrownBy(() -> training.checkpointSteps(0))
        .hasMessage("a checkpoint after 0 steps, expected at least 1");
    for (double share : new double[] {Double.NaN, -1, 1}) {
      assertThatThrownBy(() -> training.validation(share)).hasMessage("the share that validates is "
          + "%s, expected a number from 0 up to but not 1", share);
    }
    assertThatThrownBy(() -> training.batch(3).recipe(Recipe.of(1).shards(2)).fit(upOrDown(),
        numbered(0, 1, 0), "x", "y")).isInstanceOf(DataException.class)
        .hasMessage("a batch of 3 cannot be divided into 2 shards of one size; set another batch, "
            + "or recipe.shards");
  }

  /// They stayed in the memory of driver and executors.
  @Test
  void theRowsLeaveTheMemoryWithTheTraining() throws Exception {
    var examples = TableExamples.of(numbered(0, 1), "x", "y", 2, 0, 1);
    assertThat(examples.examples(upOrDown())).hasSize(2);
    examples.close();
    assertThatThrownBy(() -> examples.examples(upOrDown())).hasMessageContaining("destroyed");
  }

  @Test
  void aRecipeTravelsAsItIs() {
    var recipe = Recipe.of(7).learningRate(0.3).shards(4).accumulate(3).recompute(5).patience(2)
        .syncEvery(50).outer(0.6, 0.8).schedule(Schedule.LINEAR)
        .clipping(Clipping.value(0.5))
        .optimizer(Optimizer.parse("adamw(0.01)"));
    assertThat(RecipeText.of(recipe).recipe())
        .isEqualTo(recipe);
  }
}
