package dev.unroll.spark.training;

import dev.unroll.cell.Cells;
import dev.unroll.spark.table.ModelTransformer;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/// The parameters of an estimator that trains a recurrent network on many members; the table of
/// [RecurrentClassifier] has them.
///
/// @param <S> the estimator itself, which setters return
public abstract class RecurrentParams<S extends RecurrentParams<S>>
    extends
      Estimator<ModelTransformer> {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> labelCol;
  private final Param<String> outputCol;
  private final Param<String> classCol;
  private final Param<String> cell;
  private final IntParam hidden;
  private final IntParam layers;
  private final DoubleParam dropout;
  private final IntParam features;
  private final IntParam epochs;
  private final IntParam batchSize;
  private final DoubleParam learningRate;
  private final DoubleParam validation;
  private final LongParam seed;
  private final IntParam shards;
  private final IntParam members;
  private final Param<String> checkpointFolder;

  /// @param uid of the stage
  RecurrentParams(String uid) {
    this.uid = uid;
    // After the identity, which each parameter asks for.
    inputCol = text("inputCol", "the column of the sequences", "sequence");
    labelCol = text("labelCol", "the column that is learned", "label");
    outputCol = text("outputCol", "the column of the answers", "prediction");
    classCol = text("classCol", "the column of the numbers of classes; empty for none", "");
    cell = text("cell", "the recurrent cell, by its name", "gru");
    hidden = count("hidden", "the units of a layer", 64, 1);
    layers = count("layers", "the recurrent layers, one above the other", 1, 1);
    dropout = share("dropout", "the share of what layers give that is dropped in training", 0);
    features = count("features", "the numbers of a step, if a sequence is one array", 1, 1);
    epochs = count("epochs", "the most times that every example is read", 20, 1);
    batchSize = count("batchSize", "the examples of a step of training", 32, 1);
    learningRate = new DoubleParam(this, "learningRate", "the learning rate at the start",
        ParamValidators.gt(0));
    setDefault(learningRate, 0.002);
    validation = share("validation", "the share of the examples that validates", 0.1);
    seed = new LongParam(this, "seed", "the seed of all that is random");
    setDefault(seed, 1L);
    shards = count("shards", "the parts of a batch, a power of two; at least as many as members",
        8, 1);
    members = count("members", "the tasks that train together; 0 for as many as fit", 0, 0);
    checkpointFolder = text("checkpointFolder",
        "a folder that all machines see; empty for the checkpoint directory of the context", "");
  }

  private Param<String> text(String name, String doc, String byDefault) {
    var param = new Param<String>(this, name, doc);
    setDefault(param, byDefault);
    return param;
  }

  private IntParam count(String name, String doc, int byDefault, int least) {
    var param = new IntParam(this, name, doc, ParamValidators.gtEq(least));
    setDefault(param, byDefault);
    return param;
  }

  private DoubleParam share(String name, String doc, double byDefault) {
    var param = new DoubleParam(this, name, doc, ParamValidators.inRange(0, 1, true, false));
    setDefault(param, byDefault);
    return param;
  }

  abstract S self();

  @Override
  public String uid() {
    return uid;
  }

  /// The column of the sequences.
  public Param<String> inputCol() {
    return inputCol;
  }

  /// The column that is learned.
  public Param<String> labelCol() {
    return labelCol;
  }

  /// The column of the answers.
  public Param<String> outputCol() {
    return outputCol;
  }

  /// The column of the numbers of the most probable classes; empty for none.
  public Param<String> classCol() {
    return classCol;
  }

  /// The recurrent cell, by its name as in [Cells].
  public Param<String> cell() {
    return cell;
  }

  /// The units of a layer.
  public IntParam hidden() {
    return hidden;
  }

  /// The recurrent layers, one above the other.
  public IntParam layers() {
    return layers;
  }

  /// The share of what layers give that is dropped in training.
  public DoubleParam dropout() {
    return dropout;
  }

  /// The numbers of a step, if a sequence is one array.
  public IntParam features() {
    return features;
  }

  /// The most times that every example is read.
  public IntParam epochs() {
    return epochs;
  }

  /// The examples of a step of training.
  public IntParam batchSize() {
    return batchSize;
  }

  /// The learning rate at the start.
  public DoubleParam learningRate() {
    return learningRate;
  }

  /// The share of the examples that validates.
  public DoubleParam validation() {
    return validation;
  }

  /// The seed of all that is random.
  public LongParam seed() {
    return seed;
  }

  /// The parts of a batch, a power of two; other shards give other bits.
  public IntParam shards() {
    return shards;
  }

  /// The tasks that train together; 0 for as many as fit.
  public IntParam members() {
    return members;
  }

  /// The folder of checkpoints, which all machines see.
  public Param<String> checkpointFolder() {
    return checkpointFolder;
  }

  /// Sets the column of the sequences.
  public S setInputCol(String column) {
    set(this.inputCol, column);
    return self();
  }

  /// Sets the column that is learned.
  public S setLabelCol(String column) {
    set(this.labelCol, column);
    return self();
  }

  /// Sets the column of the answers.
  public S setOutputCol(String column) {
    set(this.outputCol, column);
    return self();
  }

  /// Sets the column of the numbers of the most probable classes; empty for none.
  public S setClassCol(String column) {
    set(this.classCol, column);
    return self();
  }

  /// Sets the recurrent cell, by its name as in [Cells].
  public S setCell(String name) {
    set(this.cell, name);
    return self();
  }

  /// Sets the units of a layer.
  public S setHidden(int units) {
    set(this.hidden, units);
    return self();
  }

  /// Sets the recurrent layers, one above the other.
  public S setLayers(int layers) {
    set(this.layers, layers);
    return self();
  }

  /// Sets the share of what layers give that is dropped in training.
  public S setDropout(double share) {
    set(this.dropout, share);
    return self();
  }

  /// Sets the numbers of a step, if a sequence is one array.
  public S setFeatures(int features) {
    set(this.features, features);
    return self();
  }

  /// Sets the most times that every example is read.
  public S setEpochs(int epochs) {
    set(this.epochs, epochs);
    return self();
  }

  /// Sets the examples of a step of training.
  public S setBatchSize(int examples) {
    set(this.batchSize, examples);
    return self();
  }

  /// Sets the learning rate at the start.
  public S setLearningRate(double rate) {
    set(this.learningRate, rate);
    return self();
  }

  /// Sets the share of the examples that validates.
  public S setValidation(double share) {
    set(this.validation, share);
    return self();
  }

  /// Sets the seed of all that is random.
  public S setSeed(long seed) {
    set(this.seed, seed);
    return self();
  }

  /// Sets the parts of a batch, a power of two; other shards give other bits.
  public S setShards(int shards) {
    set(this.shards, shards);
    return self();
  }

  /// Sets the tasks that train together; 0 for as many as fit.
  public S setMembers(int members) {
    set(this.members, members);
    return self();
  }

  /// Sets the folder of checkpoints, which all machines see.
  public S setCheckpointFolder(String folder) {
    set(this.checkpointFolder, folder);
    return self();
  }
}
