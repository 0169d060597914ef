package dev.unroll.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.data.Scaling;
import dev.unroll.data.Values;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.file.ModelFile;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import dev.unroll.spark.table.ModelTransformer;
import dev.unroll.spark.table.TableModel;
import dev.unroll.train.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The estimator trains what [SparkTraining] trains, and does what Spark ML asks of one.
class RecurrentClassifierTest {
  private static final int COUNT = 48;

  private static Dataset<Row> table() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < COUNT; i++) {
      rows.add(RowFactory.create(SequenceTables.sequence(i, 2), i % 3 == 0 ? "up" : "down",
          (double) (i % 3)));
    }
    var type = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    return SequenceTables.table(rows, new StructType().add("x", type)
        .add("direction", DataTypes.StringType).add("number", DataTypes.DoubleType));
  }

  private static RecurrentClassifier classifier(Path folder) {
    return new RecurrentClassifier().setInputCol("x").setLabelCol("direction").setHidden(4)
        .setEpochs(2).setBatchSize(8).setShards(4).setMembers(2).setSeed(3).setValidation(0.25)
        .setCheckpointFolder(folder.toUri().toString());
  }

  @Test
  void itTrainsWhatSparkTrainingTrains(@TempDir Path folder) throws Exception {
    var table = table();
    var values = new ArrayList<Values.Features>();
    for (int i = 0; i < COUNT; i++) {
      values.add(Values.Features.ofRows(SequenceTables.sequence(i, 2)));
    }
    var model = SequenceToVector.of(
        Inputs.features(2).scaled(Scaling.standard(values)), RecurrentStack.of(Gru.cell(), 4),
        Pooling.LAST, Outputs.labels(List.of("down", "up")), 3);
    var expected = SparkTraining.in(table.sparkSession(), folder.resolve("direct").toUri()
        .toString()).recipe(Recipe.of(2).shards(4)).members(1).batch(8).validation(0.25).seed(3)
        .fit(model, table, "x", "direction");
    var found = classifier(folder).fit(table);
    var bytes = found.model().toBytes();
    assertThat(ModelFile.of("found", Safetensors.read(bytes, "found")).model().parameters()
        .values()).containsExactly(expected.parameters().values());
    assertThat(found.labels()).containsExactly("down", "up");
    assertThat(found.hasParent()).isTrue();
    assertThat(found.transform(table).schema())
        .isEqualTo(classifier(folder).transformSchema(table.schema()));
  }

  @Test
  void savedAndLoadedInAPipeline(@TempDir Path folder) throws Exception {
    var table = table();
    var first = new SQLTransformer().setStatement("select x, direction as way from __THIS__");
    var stage = classifier(folder).setLabelCol("way").setClassCol("class");
    var pipeline = new Pipeline().setStages(new PipelineStage[] {first, stage});
    pipeline.save(folder.resolve("pipeline").toString());
    var loaded = Pipeline.load(folder.resolve("pipeline").toString());
    var again = (RecurrentClassifier) loaded.getStages()[1];
    assertThat(again.uid()).isEqualTo(stage.uid());
    assertThat(again.extractParamMap().toString()).isEqualTo(stage.extractParamMap().toString());
    var fitted = loaded.fit(table);
    fitted.save(folder.resolve("fitted").toString());
    var rows = PipelineModel.load(folder.resolve("fitted").toString()).transform(table);
    assertThat(rows.columns()).containsExactly("x", "way", "prediction", "class");
    assertThat(rows.collectAsList()).isEqualTo(pipeline.fit(table).transform(table)
        .collectAsList());
    for (var row : rows.collectAsList()) {
      List<Float> p = row.getList(2);
      assertThat(row.getDouble(3)).isEqualTo(p.get(0) >= p.get(1) ? 0 : 1);
    }
  }

  /// Two folds and two sizes are four trainings and one of the best on all rows, each with a folder
  /// of its own.
  @Test
  void aCrossValidatorChoosesAmongSizes(@TempDir Path folder) throws Exception {
    var classifier = classifier(folder).setLabelCol("number").setClassCol("class").setEpochs(1);
    var grid = new ParamGridBuilder().addGrid(classifier.hidden(), new int[] {2, 5}).build();
    var found = new CrossValidator().setEstimator(classifier).setEstimatorParamMaps(grid)
        .setEvaluator(new MulticlassClassificationEvaluator().setLabelCol("number")
            .setPredictionCol("class").setMetricName("accuracy"))
        .setNumFolds(2).setSeed(1).fit(table());
    assertThat(found.avgMetrics()).hasSize(2).doesNotContain(Double.NaN);
    assertThat(((ModelTransformer) found.bestModel()).labels()).containsExactly("0", "1", "2");
    try (var folders = Files.list(folder)) {
      assertThat(folders).hasSize(5);
    }
  }

  /// They were found after the training, or replaced a column.
  @Test
  void columnsThatAreTakenAreRefusedBeforeTheTraining(@TempDir Path folder) throws Exception {
    var table = table();
    var taken = "the table has a column %s already; give the %s another name";
    for (var stage : List.of(classifier(folder).setOutputCol("number"),
        classifier(folder).setClassCol("number"), classifier(folder).setClassCol("Direction"),
        classifier(folder).setClassCol("prediction"))) {
      var classes = String.valueOf(stage.getOrDefault(stage.classCol()));
      var message = switch (classes) {
        case "" -> taken.formatted("number", "answers");
        case "Direction" -> "the table has a column direction already, which Spark takes for "
            + "Direction as well; give the classes another name";
        default -> taken.formatted(classes, "classes");
      };
      assertThatThrownBy(() -> stage.fit(table)).hasMessage(message);
      assertThatThrownBy(() -> stage.transformSchema(table.schema())).hasMessage(message);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
    var model = new ModelTransformer(TableModel.of(SequenceToVector.of(Inputs.features(2),
        RecurrentStack.of(Gru.cell(), 4), Pooling.LAST, Outputs.classes(2), 2)))
        .setInputCol("x").setClassCol("number");
    assertThatThrownBy(() -> model.transform(table))
        .hasMessage(taken.formatted("number", "classes"));
    assertThatThrownBy(() -> model.transformSchema(table.schema()))
        .hasMessage(taken.formatted("number", "classes"));
  }

  /// The model of a million classes took all memory.
  @Test
  void aLargeNumberIsNoClassOfAFewRows(@TempDir Path folder) {
    var table = table().selectExpr("x", "number * 500000 as number");
    assertThatThrownBy(() -> classifier(folder).setLabelCol("number").fit(table))
        .hasMessage("the column number has the class 1000000 in a table of 48 rows; number the "
            + "classes from 0, or give labels as text");
  }

  /// The second row was told to have 2 numbers a step where 1 was expected.
  @Test
  void anEmptySequenceIsToldAsSuch(@TempDir Path folder) {
    var table = LocalSpark.session().sql("select cast(array() as array<array<float>>) as x, 'a' as "
        + "direction union all select array(array(1f, 2f)), 'b'").coalesce(1);
    assertThatThrownBy(() -> classifier(folder).fit(table))
        .hasStackTraceContaining("the input has no steps, expected at least 1");
  }

  @Test
  void whatDoesNotFitIsRefused(@TempDir Path folder) {
    var table = table();
    assertThatThrownBy(() -> classifier(folder).setCheckpointFolder("").fit(table))
        .hasMessage("the training has no folder for its checkpoints; set checkpointFolder to one "
            + "that all machines see, or the checkpoint directory of the context");
    assertThatThrownBy(() -> classifier(folder).setLabelCol("x").fit(table))
        .hasMessage("the column "
            + "x has array<array<float>>, expected labels as text or numbers of classes");
    assertThatThrownBy(() -> classifier(folder).setInputCol("y").fit(table))
        .hasMessage("there is no column y in the table; it has [x, direction, number]");
    assertThatThrownBy(() -> classifier(folder).setLabelCol("number").fit(
        table.withColumn("number", table.col("number").plus(0.5))))
        .hasMessage("the column number has 0.5, expected numbers of classes from 0, or labels as "
            + "text");
    assertThatThrownBy(() -> classifier(folder).setCell("gruu").fit(table))
        .hasMessageContaining("gruu").hasMessageContaining("gru");
    assertThatThrownBy(() -> classifier(folder).fit(table.filter("number > 5")))
        .hasMessage("the table has no rows to learn from");
    assertThatThrownBy(() -> classifier(folder).setInputCol("direction").setLabelCol("number")
        .fit(table)).hasMessageStartingWith("the column direction has string, but the model reads");
    var numbers = new ModelTransformer(TableModel.of(SequenceToVector.of(Inputs.features(2),
        RecurrentStack.of(Gru.cell(), 4), Pooling.LAST, Outputs.numbers(3), 2)))
        .setInputCol("x").setClassCol("class");
    assertThatThrownBy(() -> numbers.setClassCol("").setOutputCol("x").transform(table))
        .hasMessage("the table has a column x already; give the answers another name");
    numbers.setClassCol("class").setOutputCol("prediction");
    assertThatThrownBy(() -> numbers.transform(table))
        .hasMessage("classCol is class, but the model has no classes; leave it empty");
  }
}
