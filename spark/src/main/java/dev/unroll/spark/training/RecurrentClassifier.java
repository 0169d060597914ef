package dev.unroll.spark.training;

import dev.unroll.cell.Cells;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.table.CellForm;
import dev.unroll.spark.table.ColumnNames;
import dev.unroll.spark.table.ModelTransformer;
import dev.unroll.spark.table.TableModel;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.TreeSet;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/// Trains a classifier of sequences of numbers on many machines ([SparkTraining]), as an estimator
/// of Spark ML: a stage of a pipeline, in a `CrossValidator` as well.
///
/// ```java
/// var classifier = new RecurrentClassifier().setInputCol("vibration").setLabelCol("fault")
///     .setHidden(128).setCheckpointFolder("hdfs:///runs");
/// var model = classifier.fit(cycles);
/// model.transform(today);
/// ```
///
/// | parameter | is | by default |
/// | --- | --- | --- |
/// | `inputCol` | sequences, as [TableModel] says | `sequence` |
/// | `labelCol` | a label as text, or the number of a class from 0 | `label` |
/// | `outputCol` | the probabilities of the classes | `prediction` |
/// | `classCol` | the number of the most probable class, as evaluators read it | none |
/// | `cell`, `hidden`, `layers` | the recurrent layers; the cell by its name in [Cells] | `gru`, 64, 1 |
/// | `dropout` | of the outputs of layers | 0 |
/// | `features` | the numbers of a step, if a sequence is one array | 1 |
/// | `epochs`, `batchSize`, `learningRate` | the [Recipe] | 20, 32, 0.002 |
/// | `validation` | the share of the examples that validates | 0.1 |
/// | `seed` | of initial values, split, order and dropout | 1 |
/// | `shards`, `members` | as in [SparkTraining] | 8, as many as fit |
/// | `checkpointFolder` | which all machines see | that of the context |
///
/// Inputs are scaled to mean 0 and deviation 1. The model has the bits of [SparkTraining#fit] with
/// the same settings, however many members there are.
///
/// Each training has a folder of its own in the checkpoint folder, named by its settings and its
/// examples: trainings of a `CrossValidator` do not meet, and one that is started again goes on.
/// Rows are collected, as with [SparkTraining].
public final class RecurrentClassifier extends RecurrentParams<RecurrentClassifier>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;
  private static final int MOST_CLASSES = 1_000_000;

  /// So many classes need a row for each.
  private static final int MANY_CLASSES = 1000;

  /// A stage with the default settings.
  public RecurrentClassifier() {
    this(Identifiable$.MODULE$.randomUID("recurrentClassifier"));
  }

  /// The same with an identity.
  ///
  /// @param uid of the stage, unlike that of any other
  public RecurrentClassifier(String uid) {
    super(uid);
  }

  @Override
  RecurrentClassifier self() {
    return this;
  }

  private String text(Param<String> param) {
    return getOrDefault(param);
  }

  private int number(Param<Object> param) {
    return (Integer) getOrDefault(param);
  }

  private double real(Param<Object> param) {
    return (Double) getOrDefault(param);
  }

  private long seedValue() {
    return (Long) getOrDefault(seed());
  }

  /// Trains on the rows of a table, whose order belongs to the training.
  ///
  /// @throws DataException if there is no checkpoint folder, or as [SparkTraining#fit]
  @Override
  public ModelTransformer fit(Dataset<?> table) {
    var rows = table.toDF();
    transformSchema(rows.schema());
    var recipe = Recipe.of(number(epochs())).learningRate(real(learningRate()))
        .shards(number(shards()));
    var training = TableExamples.of(rows, text(inputCol()), text(labelCol()),
        number(batchSize()), real(validation()), seedValue());
    try (training) {
      var model = model(training);
      var folder = FitFolder.of(rows.sparkSession(), text(checkpointFolder()), model, recipe,
          training);
      var trained = SparkTraining.in(rows.sparkSession(), folder).recipe(recipe)
          .members(number(members())).fit(model, training);
      return copyValues(new ModelTransformer(uid(), TableModel.of(trained)),
          ParamMap.empty()).setParent(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /// The model that is trained: its input size, classes and scaling are those of the rows.
  private SequenceToVector model(TableExamples rows) {
    if (rows.rows().value().isEmpty()) {
      throw new DataException("the table has no rows to learn from");
    }
    // An empty sequence, which is told later, says nothing of the numbers of a step.
    int width = rows.rows().value().stream().filter(row -> !row.isNullAt(0)
        && row.get(0) instanceof Seq<?> steps && !steps.isEmpty()).findFirst()
        .map(row -> row.<Seq<?>>getAs(0).apply(0) instanceof Seq<?> step ? step.length() : null)
        .orElseGet(() -> number(features()));
    var outputs = outputs(rows);
    var inputs = rows.examples(model(Inputs.features(width), outputs)).stream()
        .map(Example::input).map(Values.Features.class::cast).toList();
    return model(Inputs.features(width).scaled(Scaling.standard(inputs)), outputs);
  }

  private SequenceToVector model(Inputs inputs, Outputs outputs) {
    return SequenceToVector.of(inputs, RecurrentStack.of(Cells.find(text(cell())),
        number(hidden())).layers(number(layers())).dropout(real(dropout())), Pooling.LAST, outputs,
        seedValue());
  }

  private Outputs outputs(TableExamples rows) {
    boolean texts = rows.schema().apply(1).dataType() instanceof StringType;
    var labels = new TreeSet<String>();
    int most = 0;
    for (var row : rows.rows().value()) {
      if (row.isNullAt(1)) {
        continue; // refused with the whole row
      }
      if (texts) {
        labels.add(row.getString(1));
      } else {
        most = Math.max(most, number(row));
      }
    }
    int count = rows.rows().value().size();
    if (most >= Math.max(MANY_CLASSES, count)) {
      throw new DataException(("the column %s has the class %d in a table of %d rows; number the "
          + "classes from 0, or give labels as text").formatted(text(labelCol()), most, count));
    }
    return texts ? Outputs.labels(labels) : Outputs.classes(Math.max(2, most + 1));
  }

  private int number(Row row) {
    double label = ((Number) row.get(1)).doubleValue();
    if (label != Math.rint(label) || label < 0 || label > MOST_CLASSES) {
      throw new DataException(
          ("the column %s has %s, expected numbers of classes from 0, or labels "
              + "as text").formatted(text(labelCol()), label));
    }
    return (int) label;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    for (var name : new String[] {text(inputCol()), text(labelCol())}) {
      if (!Arrays.asList(schema.fieldNames()).contains(name)) {
        throw new DataException("there is no column %s in the table; it has %s".formatted(name,
            Arrays.asList(schema.fieldNames())));
      }
    }
    var label = schema.apply(text(labelCol())).dataType();
    if (!(label instanceof StringType) && !(label instanceof NumericType)) {
      throw new DataException("the column %s has %s, expected labels as text or numbers of classes"
          .formatted(text(labelCol()), label.catalogString()));
    }
    new CellForm(CellForm.Kind.NUMBERS, number(features())).reader(text(inputCol()), 0,
        schema.apply(text(inputCol())).dataType());
    ColumnNames.requireFree(schema, text(outputCol()), "give the answers another name");
    var answered = schema.add(text(outputCol()),
        DataTypes.createArrayType(DataTypes.FloatType, false), true);
    if (text(classCol()).isEmpty()) {
      return answered;
    }
    ColumnNames.requireFree(answered, text(classCol()), "give the classes another name");
    return answered.add(text(classCol()), DataTypes.DoubleType, true);
  }

  @Override
  public RecurrentClassifier copy(ParamMap extra) {
    return copyValues(new RecurrentClassifier(uid()), extra);
  }

  /// Reads what [#write] wrote; pipelines ask for it.
  public static MLReader<RecurrentClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /// Loads what was saved in a folder.
  public static RecurrentClassifier load(String folder) {
    return read().load(folder);
  }
}
