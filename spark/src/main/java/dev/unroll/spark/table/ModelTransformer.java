package dev.unroll.spark.table;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.col;

import dev.unroll.data.DataException;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// A model as a stage of a Spark ML pipeline: a column of sequences or texts becomes a column of
/// answers ([TableModel] has the types, [TableScoring] does the work).
///
/// ```java
/// var faults = new ModelTransformer(TableModel.load(spark, "hdfs:///models/fault.safetensors"))
///     .setInputCol("vibration").setOutputCol("fault").transform(cycles);
/// ```
///
/// | parameter | is | by default |
/// | --- | --- | --- |
/// | `inputCol` | the column that is read | `sequence` |
/// | `outputCol` | the column of the answers | `prediction` |
/// | `classCol` | a column with the number of the most probable class, for evaluators | none |
/// | `handleInvalid` | `error` or `keep`, as [InvalidRows] says | `error` |
/// | `rowsAtATime` | the most rows that a task reads at a time | 2048 |
///
/// Saved, it is a folder with its parameters and the model file, which [ModelTransformer#load], a
/// pipeline that has it, and `Model.load` read.
public final class ModelTransformer extends Model<ModelTransformer> implements MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final TableModel model;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> classCol;
  private final Param<String> handleInvalid;
  private final IntParam rowsAtATime;

  /// A stage with a model.
  public ModelTransformer(TableModel model) {
    this("unroll_" + Long.toHexString(System.nanoTime()), model);
  }

  /// The same with an identity.
  ///
  /// @param uid of the stage, unlike that of any other
  public ModelTransformer(String uid, TableModel model) {
    this.uid = uid;
    this.model = model;
    // After the identity, which each parameter asks for.
    inputCol = new Param<>(this, "inputCol", "the column that is read");
    outputCol = new Param<>(this, "outputCol", "the column of the answers");
    classCol = new Param<>(this, "classCol",
        "a column with the number of the most probable class, as a double; empty for none");
    handleInvalid = new Param<>(this, "handleInvalid",
        "what becomes of rows that the model cannot read: error, or keep with null for an answer");
    rowsAtATime = new IntParam(this, "rowsAtATime", "the most rows that a task reads at a time",
        ParamValidators.gtEq(1));
    setDefault(inputCol, "sequence");
    setDefault(outputCol, "prediction");
    setDefault(classCol, "");
    setDefault(handleInvalid, InvalidRows.ERROR.toString());
    setDefault(rowsAtATime, 2048);
  }

  @Override
  public String uid() {
    return uid;
  }

  /// The model.
  public TableModel model() {
    return model;
  }

  /// The names of the classes, in the order of their numbers, as
  /// `org.apache.spark.ml.feature.IndexToString` takes them; numbers if they have no names, none if
  /// the model has no classes.
  public String[] labels() {
    return model.cells().labels().toArray(String[]::new);
  }

  /// The column that is read.
  public Param<String> inputCol() {
    return inputCol;
  }

  /// The column of the answers.
  public Param<String> outputCol() {
    return outputCol;
  }

  /// The column with the number of the most probable class; empty for none.
  public Param<String> classCol() {
    return classCol;
  }

  /// What becomes of rows that the model cannot read.
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  /// The most rows that a task reads at a time.
  public IntParam rowsAtATime() {
    return rowsAtATime;
  }

  /// Sets the column that is read.
  public ModelTransformer setInputCol(String column) {
    set(inputCol, column);
    return this;
  }

  /// Sets the column of the answers.
  public ModelTransformer setOutputCol(String column) {
    set(outputCol, column);
    return this;
  }

  /// Sets the column with the number of the most probable class, a double as evaluators of Spark ML
  /// read it; [#labels] has the names.
  public ModelTransformer setClassCol(String column) {
    set(classCol, column);
    return this;
  }

  /// Sets what becomes of rows that the model cannot read.
  public ModelTransformer setHandleInvalid(InvalidRows invalid) {
    set(handleInvalid, invalid.toString());
    return this;
  }

  /// Sets the most rows that a task reads at a time.
  public ModelTransformer setRowsAtATime(int rows) {
    set(rowsAtATime, rows);
    return this;
  }

  private String text(Param<String> param) {
    return getOrDefault(param);
  }

  private TableScoring scoring() {
    return TableScoring.of(model).invalid(InvalidRows.parse(text(handleInvalid)))
        .rows((Integer) getOrDefault(rowsAtATime));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    transformSchema(table.schema());
    var scored = scoring().score(table.toDF(), text(inputCol), text(outputCol));
    var name = text(classCol);
    return name.isEmpty() ? scored : scored.withColumn(name, classNumber());
  }

  /// The number of the largest probability.
  private Column classNumber() {
    if (labels().length == 0) {
      throw new DataException("classCol is %s, but the model has no classes; leave it empty"
          .formatted(text(classCol)));
    }
    var answer = col("`%s`".formatted(text(outputCol)));
    var all = model.cells().answer() instanceof StructType ? answer.getField("probabilities")
        : answer;
    return array_position(all, array_max(all)).minus(1).cast(DataTypes.DoubleType);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    var scored = scoring().schema(schema, text(inputCol), text(outputCol));
    var name = text(classCol);
    if (name.isEmpty()) {
      return scored;
    }
    ColumnNames.requireFree(scored, name, "give the classes another name");
    return scored.add(name, DataTypes.DoubleType, true);
  }

  @Override
  public ModelTransformer copy(ParamMap extra) {
    return copyValues(new ModelTransformer(uid, model), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new TransformerFolder.Writer(this);
  }

  /// Reads what [#write] wrote; pipelines ask for it.
  public static MLReader<ModelTransformer> read() {
    return new TransformerFolder.Reader();
  }

  /// Loads what was saved in a folder.
  public static ModelTransformer load(String folder) {
    return read().load(folder);
  }

  @Override
  public String toString() {
    return "%s(%s)".formatted(uid, model);
  }
}
