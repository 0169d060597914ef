package dev.unroll.spark.training;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;

import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.model.Inputs;
import dev.unroll.model.Structure;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.spark.file.Sha256;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/// The rows of a folder of Parquet files as batches, for data that no memory holds: each member
/// reads the rows of its own shards, a window at a time.
///
/// ```java
/// var data = ParquetBatches.of(spark, "hdfs:///cycles", "vibration", "fault").batch(64)
///     .validation(spark, "hdfs:///cycles-of-may");
/// SparkTraining.in(spark, "hdfs:///runs/7").recipe(Recipe.of(3).shards(8)).fit(model, data);
/// ```
///
/// Each epoch has an order of its own, which depends on the files, seed, batch and shards alone and
/// never on the cluster:
///
/// - The row groups of all files, sorted by path, are shuffled and put one behind the other.
/// - These rows are cut into a stretch for each shard, all of the same length; the last
///   `rows mod B` rows are left out of the epoch.
/// - Each stretch is read in windows of `rows / shards` rows, and each window is shuffled.
///
/// So examples are mixed well if there are many more row groups than shards, or files were written
/// in random order. A member holds the windows of its shards, at most `rows` examples, and of each
/// shard the bytes of two columns of a row group as they lie in the file.
///
/// A value: each setting gives a changed copy.
public final class ParquetBatches implements TrainingBatches {
  private static final long serialVersionUID = 1;

  /// The characters of a text as models read it ([Inputs#encode]): composed, which makes some
  /// texts longer.
  private static final UDF1<@Nullable String, @Nullable Integer> CHARACTERS = text -> {
    if (text == null) {
      return null;
    }
    var composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return Math.max(composed.codePointCount(0, composed.length()),
        text.codePointCount(0, text.length()));
  };

  private final RowGroup[] groups;
  private final StructType columns;
  private final int[] sizes;
  private final Settings settings;

  private record Settings(int batch, int shards, int rows, long seed,
      @Nullable HadoopFiles validation) implements Serializable {}

  private ParquetBatches(RowGroup[] groups, StructType columns, int[] sizes,
      Settings settings) {
    this.groups = groups;
    this.columns = columns;
    this.sizes = sizes;
    this.settings = settings;
  }

  /// The rows of a folder. Their number and the longest of them are found by a job.
  ///
  /// @param input the column that is read, as in [SparkTraining#fit]
  /// @param target the column that is learned
  /// @throws DataException if a column is missing or only in the names of folders, or there are no
  ///     rows
  /// @throws IOException if the files cannot be read
  public static ParquetBatches of(SparkSession spark, String folder, String input, String target)
      throws IOException {
    var table = spark.read().parquet(folder);
    for (var name : List.of(input, target)) {
      if (!Arrays.asList(table.columns()).contains(name)) {
        throw new DataException("there is no column %s in %s; it has %s".formatted(name, folder,
            Arrays.asList(table.columns())));
      }
    }
    var columns = table.select(input, target).schema();
    var groups = RowGroup.all(HadoopFiles.of(spark, folder));
    if (groups.stream().mapToLong(RowGroup::rows).sum() == 0) {
      throw new DataException("there are no rows in %s".formatted(folder));
    }
    RowGroup.requireColumns(groups, columns);
    var most = table.agg(max(steps(columns.apply(0))), max(steps(columns.apply(1)))).first();
    return new ParquetBatches(groups.toArray(RowGroup[]::new), columns,
        new int[] {most.getInt(0), most.getInt(1)},
        new Settings(32, 8, 65_536, 1, null));
  }

  private static Column steps(StructField column) {
    var cell = col("`%s`".formatted(column.name()));
    return coalesce(switch (column.dataType()) {
      case StringType _ -> udf(CHARACTERS, DataTypes.IntegerType).apply(cell);
      case ArrayType _ -> size(cell);
      default -> lit(1);
    }, lit(1));
  }

  /// Sets B, the examples of a batch; 32 by default.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public ParquetBatches batch(int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException(
          "a batch of %d examples, expected at least 1".formatted(batch));
    }
    return with(new Settings(batch, settings.shards, settings.rows, settings.seed,
        settings.validation));
  }

  /// Sets the shards of a batch, 8 by default: as many as the recipe has, so that each member reads
  /// the rows of its own shards only.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public ParquetBatches shards(int shards) {
    if (shards < 1) {
      throw new IllegalArgumentException("%d shards, expected at least 1".formatted(shards));
    }
    return with(new Settings(settings.batch, shards, settings.rows, settings.seed,
        settings.validation));
  }

  /// Sets the most examples in the memory of a member, 65,536 by default; they belong to the order,
  /// so other windows give other bits.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public ParquetBatches rows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("%d rows in memory, expected at least 1".formatted(rows));
    }
    return with(new Settings(settings.batch, settings.shards, rows, settings.seed,
        settings.validation));
  }

  /// Sets the seed of the order; 1 by default.
  public ParquetBatches seed(long seed) {
    return with(new Settings(settings.batch, settings.shards, settings.rows, seed,
        settings.validation));
  }

  /// Sets a folder of Parquet files with the same columns that validate; none by default. They are
  /// read by each member into its memory.
  public ParquetBatches validation(SparkSession spark, String folder) {
    return with(new Settings(settings.batch, settings.shards, settings.rows, settings.seed,
        HadoopFiles.of(spark, folder)));
  }

  private ParquetBatches with(Settings changed) {
    return new ParquetBatches(groups, columns, sizes, changed);
  }

  @Override
  public Batches train(Structure model) {
    var task = task(model);
    var context = TaskContext.get();
    if (context != null) {
      TaskCompletionListener close = _ -> close(task);
      context.addTaskCompletionListener(close);
    }
    return Batches.of(task, settings.batch, batches());
  }

  private static void close(ParquetTask task) {
    try {
      task.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /// The examples of [#train].
  ///
  /// @throws DataException if shards do not divide a batch, or there are fewer rows than a batch
  ///     has
  ParquetTask task(Structure model) {
    requireShards();
    int count = batches();
    int part = settings.batch / settings.shards;
    var data = new ShardRows.RowGroups(List.of(groups), columns, (long) count * part,
        Math.max(1, settings.rows / settings.shards));
    return new ParquetTask(model, data, longest(model), settings.batch, count, settings.shards,
        settings.seed);
  }

  private void requireShards() {
    if (settings.batch % settings.shards != 0) {
      throw new DataException("a batch of %d cannot be divided into %d shards of one size"
          .formatted(settings.batch, settings.shards));
    }
  }

  /// Settings, and the names and sizes of the files.
  ///
  /// @throws DataException if shards do not divide a batch, there are fewer rows than a batch has,
  ///     or the model does not read or learn what is in the columns
  @Override
  public Map<String, String> description(Structure model) throws IOException {
    requireShards();
    batches();
    new RowExamples(model, columns);
    var all = new LinkedHashMap<String, String>();
    all.put("batch", String.valueOf(settings.batch));
    all.put("shards of the files", String.valueOf(settings.shards));
    all.put("rows", String.valueOf(settings.rows));
    all.put("seed", String.valueOf(settings.seed));
    all.put("columns", String.join(", ", columns.fieldNames()));
    all.put("files", digest(Arrays.asList(groups)));
    var folder = settings.validation;
    all.put("files that validate", folder == null ? "none" : digest(RowGroup.all(folder)));
    return all;
  }

  private static String digest(List<RowGroup> groups) {
    var text = new StringBuilder();
    for (var group : groups) {
      text.append("%s %d %d\n".formatted(group, group.rows(), group.bytes()));
    }
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private int batches() {
    long rows = Arrays.stream(groups).mapToLong(RowGroup::rows).sum();
    if (rows < settings.batch) {
      throw new DataException("the files have %d rows, fewer than a batch of %d; make it smaller"
          .formatted(rows, settings.batch));
    }
    return Math.toIntExact(rows / settings.batch);
  }

  private ParquetTask.Longest longest(Structure model) {
    return new ParquetTask.Longest(
        Math.max(1, sizes[0] / width(columns.apply(0), model.architecture().inputs().symbols() > 0,
            model.architecture().inputs().size())),
        Math.max(1, sizes[1] / width(columns.apply(1),
            model.architecture().outputs().loss().isOfClasses(),
            model.architecture().outputs().targets())));
  }

  /// The elements of a cell that are one step.
  private static int width(StructField column, boolean symbols, int numbers) {
    return column.dataType() instanceof ArrayType array
        && !(array.elementType() instanceof ArrayType) && !symbols ? numbers : 1;
  }

  @Override
  public @Nullable Batches validation(Structure model) throws IOException {
    var folder = settings.validation;
    if (folder == null) {
      return null;
    }
    var reader = new RowExamples(model, columns);
    var examples = new ArrayList<Example>();
    for (var group : RowGroup.all(folder)) {
      try (var rows = new RowGroupReader(group, columns)) {
        while (rows.hasNext()) {
          examples.add(rows.next(reader));
        }
      }
    }
    model.check(examples);
    return Batches.byLength(model.scaled(examples), settings.batch);
  }
}
