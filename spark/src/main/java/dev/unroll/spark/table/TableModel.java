package dev.unroll.spark.table;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.spark.file.ModelBytes;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/// A model that answers for each row of a table, from the sequence or the text in one of its
/// columns.
///
/// | model | the column has | answer |
/// | --- | --- | --- |
/// | [Classifier] | text, or numbers | `struct<label, probability, probabilities>` |
/// | [SequenceToVector] | numbers, symbols or text | `array<float>`: probabilities, or numbers |
/// | [SequenceToSequence] | numbers, symbols or text | `array<array<float>>`, at each step |
/// | [Transducer] | text | text |
///
/// Numbers are an `array<array<…>>` with a row for each step, or an `array<…>` with the rows one
/// behind the other; symbols are an `array<int>`, or a text if the model knows which characters or
/// words they are, divided as in training. Any type of number will do; null inside of an
/// array is a missing number.
///
/// An immutable value. Serialized, it is the bytes of its file, and an executor that reads them for
/// several tasks has the model once.
public final class TableModel implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient byte[] file;
  private final transient CellModel cells;

  private TableModel(byte[] file, CellModel cells) {
    this.file = file;
    this.cells = cells;
  }

  /// Loads a model file of any file system that Spark reads.
  ///
  /// @throws FormatException if there is no intact model in it
  /// @throws DataException if it answers for no table; one sentence that says why
  public static TableModel load(SparkSession spark, String path) throws IOException {
    return of(HadoopFiles.of(spark, path).read(), path);
  }

  /// The model in the bytes of a model file.
  ///
  /// @param source where they come from, for messages
  /// @throws FormatException if there is no intact model in them
  /// @throws DataException if it answers for no table
  public static TableModel of(byte[] file, String source) throws IOException {
    return new TableModel(file.clone(), cells(file, source));
  }

  /// A structure.
  ///
  /// @throws DataException if it answers for no table
  public static TableModel of(Structure model) {
    return made(ModelBytes.of(model));
  }

  /// A classifier.
  public static TableModel of(Classifier classifier) {
    return made(classifier.toBytes());
  }

  private static TableModel made(byte[] file) {
    try {
      return of(file, "the model");
    } catch (IOException e) {
      throw new IllegalStateException("a model cannot be read back: " + e.getMessage(), e);
    }
  }

  private static CellModel cells(byte[] file, String source) throws IOException {
    var model = ModelFile.of(source, Safetensors.read(file, source));
    var task = TaskFile.of(model);
    if (task.isPresent()) {
      if (Classifier.is(task.get())) {
        return new ClassifierCells(task.get(), Classifier.of(task.get()));
      }
      if (Transducer.is(task.get())) {
        return new TransducerCells(Transducer.of(task.get()));
      }
      throw new DataException(("%s was made to %s, but a table is scored by a classifier, a "
          + "transducer, or a model without a task").formatted(source, task.get().task()));
    }
    return switch (model.model()) {
      case SequenceToVector vector -> new VectorCells(vector);
      case SequenceToSequence steps -> new StepCells(steps);
      default ->
          throw new DataException(("%s is a model that generates, but a table is scored by a "
              + "SequenceToVector or a SequenceToSequence").formatted(source));
    };
  }

  CellModel cells() {
    return cells;
  }

  /// The bytes of its file; a copy.
  public byte[] toBytes() {
    return file.clone();
  }

  private Object writeReplace() {
    return new Sent(file);
  }

  /// What is sent of it.
  private record Sent(byte[] file) implements Serializable {
    private static final long serialVersionUID = 1;

    private Object readResolve() throws ObjectStreamException {
      try {
        return ExecutorModels.of(file);
      } catch (IOException e) {
        throw (InvalidObjectException) new InvalidObjectException(e.getMessage()).initCause(e);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableModel model && Arrays.equals(file, model.file);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(file);
  }

  @Override
  public String toString() {
    return "TableModel(%s → %s)".formatted(cells.reads(), cells.answer().catalogString());
  }
}
