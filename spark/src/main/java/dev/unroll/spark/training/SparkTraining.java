package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.spark.file.ModelBytes;
import dev.unroll.spark.file.Sha256;
import dev.unroll.spark.table.TableModel;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.reflect.ClassTag$;

/// Trains one model on many machines, with the bits of one machine.
///
/// ```java
/// var model = SparkTraining.in(spark, "hdfs:///runs/7").recipe(Recipe.of(20).shards(8))
///     .fit(model, table, "sequence", "label");
/// ```
///
/// A batch is divided into the shards of the recipe, whose gradients are added in one balanced
/// tree, whoever computes which: 1 member, 4 or 7 end with the same model file, and so does
/// [dev.unroll.train.Trainer] with the same recipe. The members are the tasks of a barrier stage;
/// they connect to each other over sockets with a key that is random for each job.
///
/// Every so many steps a checkpoint is put into the folder. After a lost executor all
/// members start again, by themselves, and go on from there to the same bits; a job that is started
/// again with the same folder goes on likewise. The job fails when its members fail four times with
/// no checkpoint between.
///
/// A value: each setting gives a changed copy.
public final class SparkTraining {
  /// How often the job is run again if it makes no progress.
  private static final int ATTEMPTS = 4;

  private final SparkSession spark;
  private final Settings settings;

  /// @param members 0 for as many as fit
  private record Settings(String folder, Recipe recipe, int members, int batch, double share,
      long seed, long checkpointSteps, Duration patience) {}

  private SparkTraining(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /// Returns a training with its files in a folder.
  ///
  /// @param folder in a file system that all machines see, such as `hdfs://…` or `s3a://…`; the
  ///     same training that is there already is gone on with, another one is refused
  public static SparkTraining in(SparkSession spark, String folder) {
    return new SparkTraining(spark, new Settings(folder, Recipe.of(20).shards(8), 0, 32, 0.1, 1,
        200, Duration.ofMinutes(2)));
  }

  private SparkTraining with(UnaryOperator<Settings> change) {
    return new SparkTraining(spark, change.apply(settings));
  }

  /// Sets the recipe; that of [Recipe#of] with 20 epochs and 8 shards by default. The shards are at
  /// least as many as members, and belong to the training: other shards give other bits.
  public SparkTraining recipe(Recipe recipe) {
    return with(s -> new Settings(s.folder, recipe, s.members, s.batch, s.share, s.seed,
        s.checkpointSteps, s.patience));
  }

  /// Sets the number of members; 0, the default, for as many as the cluster has slots for, up to
  /// the shards.
  ///
  /// @throws IllegalArgumentException if it is below 0
  public SparkTraining members(int members) {
    if (members < 0) {
      throw new IllegalArgumentException(
          "%d members, expected at least 1, or 0 for as many as fit".formatted(members));
    }
    return with(s -> new Settings(s.folder, s.recipe, members, s.batch, s.share, s.seed,
        s.checkpointSteps, s.patience));
  }

  /// Sets B, the examples of a batch of a table; 32 by default.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public SparkTraining batch(int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException(
          "a batch of %d examples, expected at least 1".formatted(batch));
    }
    return with(s -> new Settings(s.folder, s.recipe, s.members, batch, s.share, s.seed,
        s.checkpointSteps, s.patience));
  }

  /// Sets the share of the examples of a table that validates, drawn by the seed; a tenth by
  /// default, 0 for none.
  ///
  /// @throws IllegalArgumentException if it is not from 0 up to but not 1
  public SparkTraining validation(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share that validates is %s, expected a number from 0 up to but not 1"
              .formatted(share));
    }
    return with(s -> new Settings(s.folder, s.recipe, s.members, s.batch, share, s.seed,
        s.checkpointSteps, s.patience));
  }

  /// Sets the seed of the split and the order of the examples of a table; 1 by default.
  public SparkTraining seed(long seed) {
    return with(s -> new Settings(s.folder, s.recipe, s.members, s.batch, s.share, seed,
        s.checkpointSteps, s.patience));
  }

  /// Sets after how many steps a checkpoint is put into the folder, besides those at the ends of
  /// epochs; 200 by default.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public SparkTraining checkpointSteps(long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "a checkpoint after %d steps, expected at least 1".formatted(steps));
    }
    return with(s -> new Settings(s.folder, s.recipe, s.members, s.batch, s.share, s.seed, steps,
        s.patience));
  }

  /// Sets how long a member, or a slot for one, is waited for; 2 minutes by default.
  public SparkTraining patience(Duration patience) {
    return with(s -> new Settings(s.folder, s.recipe, s.members, s.batch, s.share, s.seed,
        s.checkpointSteps, patience));
  }

  /// Trains on the rows of a table, which are collected and sent to all executors: for tables that
  /// fit into the memory of each. Their order belongs to the training: sort a table whose order is
  /// not certain.
  ///
  /// @param model stays as it is
  /// @param input the column that is read, as [TableModel] says
  /// @param target the column that is learned: a class by its number or label, a number, or an
  ///     array of numbers or classes
  /// @throws DataException as from [#fit(Structure, TrainingBatches)], or if a row is no example
  public Structure fit(Structure model, Dataset<Row> table, String input, String target)
      throws IOException {
    if (settings.batch % settings.recipe.shards() != 0) {
      throw new DataException(("a batch of %d cannot be divided into %d shards of one size; set "
          + "another batch, or recipe.shards").formatted(settings.batch,
              settings.recipe.shards()));
    }
    try (var examples = TableExamples.of(table, input, target, settings.batch, settings.share,
        settings.seed)) {
      examples.examples(model); // before slots are waited for
      return fit(model, examples);
    }
  }

  /// Trains on batches that each member makes.
  ///
  /// @param model stays as it is
  /// @return the trained model, as it is in `model.safetensors` of the folder
  /// @throws DataException if there are not enough slots, members are more than shards, or the
  ///     folder has another training or a model of none; one sentence that says what to set
  /// @throws TrainingException if the training cannot go on, whoever trains
  /// @throws IOException if the folder cannot be read or written
  public Structure fit(Structure model, TrainingBatches data) throws IOException {
    int members = new Slots(spark).members(settings.members, settings.recipe.shards(),
        settings.patience);
    var folder = HadoopFiles.of(spark, settings.folder);
    folder.makeFolder();
    var file = ModelBytes.of(model);
    var recipe = RecipeText.of(settings.recipe);
    var all = new LinkedHashMap<>(recipe.settings());
    all.put("model", Sha256.of(file));
    all.putAll(data.description(model));
    new TrainingFolder(folder).open(all);
    var key = new byte[32];
    new SecureRandom().nextBytes(key);
    var problems = new Problems(folder, UUID.randomUUID().toString());
    var task = new MemberTask(new MemberTask.Job(file, data, recipe, folder,
        settings.checkpointSteps, settings.patience, key, problems));
    try {
      return run(task, members, folder, problems);
    } finally {
      problems.delete(members);
    }
  }

  private Structure run(MemberTask task, int members, HadoopFiles folder, Problems problems)
      throws IOException {
    var before = progress(folder);
    int left = ATTEMPTS;
    while (true) {
      try {
        run(task, members);
        return trained(folder);
      } catch (SparkException e) {
        var problem = problems.told(members);
        if (!problem.isEmpty()) {
          throw new TrainingException(problem);
        }
        // Spark starts a stage again only so often, and not on a single machine.
        var now = progress(folder);
        left = Objects.equals(now, before) ? left - 1 : ATTEMPTS;
        before = now;
        if (left == 0) {
          throw new IOException("the training has failed %d times without a checkpoint between: %s"
              .formatted(ATTEMPTS, e.getMessage()), e);
        }
      }
    }
  }

  private void run(MemberTask task, int members) throws SparkException {
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < members; i++) {
      numbers.add(i);
    }
    var ends = JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(numbers, members).rdd().barrier()
        .mapPartitions(task, false, ClassTag$.MODULE$.<String>apply(String.class)).toJavaRDD()
        .collect();
    for (var problem : ends) {
      if (!problem.isEmpty()) {
        throw new TrainingException(problem);
      }
    }
  }

  /// What tells a checkpoint from another; null if there is none.
  private static @Nullable String progress(HadoopFiles folder) throws IOException {
    var checkpoint = folder.resolve(TrainingSession.CHECKPOINT);
    return checkpoint.exists() ? Sha256.of(checkpoint.read()) : null;
  }

  private static Structure trained(HadoopFiles folder) throws IOException {
    var file = folder.resolve(TrainingSession.MODEL);
    return ModelFile.of(file.path(), Safetensors.read(file.read(), file.path())).model();
  }
}
