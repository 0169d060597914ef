package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.model.Structure;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.spark.file.ModelBytes;
import dev.unroll.train.Recipe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/// The folder of a training that an estimator starts, named by all that its result depends on: the
/// same training finds its checkpoint again, another one never does.
final class FitFolder {
  /// Hexadecimal digits of a name, of 256 bits; no two trainings of anyone share so many.
  private static final int DIGITS = 32;

  private final MessageDigest digest;

  private FitFolder() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// The path of the folder.
  ///
  /// @param parent empty for the checkpoint directory of the context
  /// @throws DataException if there is neither
  static String of(SparkSession spark, String parent, Structure model, Recipe recipe,
      TableExamples examples) {
    var checkpoints = spark.sparkContext().getCheckpointDir();
    if (parent.isEmpty() && checkpoints.isEmpty()) {
      throw new DataException("the training has no folder for its checkpoints; set "
          + "checkpointFolder to one that all machines see, or the checkpoint directory of the "
          + "context");
    }
    var name = new FitFolder();
    name.digest.update(ModelBytes.of(model));
    name.add("%s %d %s %d".formatted(RecipeText.of(recipe), examples.batch(), examples.share(),
        examples.seed()));
    for (var example : examples.examples(model)) {
      name.add(example);
    }
    var digits = name.digits().substring(0, DIGITS);
    return HadoopFiles.of(spark, parent.isEmpty() ? checkpoints.get() : parent)
        .resolve("training-" + digits).path();
  }

  /// The SHA-256 of examples.
  static String digest(List<Example> examples) {
    var name = new FitFolder();
    for (var example : examples) {
      name.add(example);
    }
    return name.digits();
  }

  private String digits() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(Example example) {
    add(example.input());
    add(example.target());
  }

  private void add(Values values) {
    add("%s:".formatted(values)); // its kind and sizes
    switch (values) {
      case Values.Features(var numbers, _, _) -> {
        var bytes = ByteBuffer.allocate(Float.BYTES * numbers.length);
        bytes.asFloatBuffer().put(numbers);
        digest.update(bytes);
      }
      case Values.Symbols(var symbols) -> add(symbols);
      case Values.Words(var symbols, _) -> add(symbols);
    }
  }

  private void add(int[] symbols) {
    var bytes = ByteBuffer.allocate(Integer.BYTES * symbols.length);
    bytes.asIntBuffer().put(symbols);
    digest.update(bytes);
  }
}
