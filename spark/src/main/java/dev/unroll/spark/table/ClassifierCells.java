package dev.unroll.spark.table;

import dev.unroll.data.Values;
import dev.unroll.format.FormatException;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/// A label with its probability for each text or sequence, and the probabilities of all labels in
/// the order of [Classifier#labels].
///
/// @param classifier for what it reads; those that answer have the same weights
record ClassifierCells(TaskFile file, Classifier classifier) implements CellModel {
  private static final StructType ANSWER = new StructType(new StructField[] {
    new StructField("label", DataTypes.StringType, false, Metadata.empty()),
    new StructField("probability", DataTypes.DoubleType, false, Metadata.empty()),
    new StructField("probabilities", DataTypes.createArrayType(DataTypes.DoubleType, false),
        false, Metadata.empty())});

  @Override
  public DataType answer() {
    return ANSWER;
  }

  @Override
  public CellForm reads() {
    return classifier.readsTexts() ? CellForm.TEXT : CellForm.of(classifier.model());
  }

  @Override
  public List<String> labels() {
    return classifier.labels();
  }

  /// A classifier of its own, which has the same weights: one computes for one thread at a time.
  @Override
  public Answers answers() {
    Classifier own;
    try {
      own = Classifier.of(file);
    } catch (FormatException e) {
      throw new IllegalStateException("a classifier cannot be read again: " + e.getMessage(), e);
    }
    var labels = own.labels();
    return cells -> classes(own, cells).stream().map(c -> row(c, labels)).toList();
  }

  private static List<Classification> classes(Classifier classifier, List<Object> cells) {
    return classifier.readsTexts()
        ? classifier.classifyTexts(cells.stream().map(String.class::cast).toList())
        : classifier.classifySequences(cells.stream().map(Values.Features.class::cast).toList());
  }

  private static InternalRow row(Classification answer, List<String> labels) {
    var all = answer.all();
    var probabilities = labels.stream().mapToDouble(label -> all.getOrDefault(label, 0.0))
        .toArray();
    return new GenericInternalRow(new Object[] {UTF8String.fromString(answer.label()),
      answer.probability(), UnsafeArrayData.fromPrimitiveArray(probabilities)});
  }
}
