package dev.unroll.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.SequenceTables;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.ParamMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model as a stage of a pipeline.
class ModelTransformerTest {
  private static final SequenceToVector MODEL = SequenceToVector.of(Inputs.features(2),
      RecurrentStack.of(Gru.cell(), 4), Pooling.MEAN, Outputs.numbers(3), 2);

  private static ModelTransformer transformer() {
    return new ModelTransformer(TableModel.of(MODEL)).setOutputCol("out").setRowsAtATime(7);
  }

  @Test
  void itHasTheAnswersOfTheFunction() {
    var table = SequenceTables.nested(SequenceTables.sequences(40, 2));
    var expected = TableScoring.of(TableModel.of(MODEL)).score(table, "sequence", "out");
    var found = transformer().transform(table);
    assertThat(found.schema()).isEqualTo(transformer().transformSchema(table.schema()));
    assertThat(found.collectAsList()).isEqualTo(expected.collectAsList());
  }

  @Test
  void savedAndLoadedInAPipeline(@TempDir Path folder) throws Exception {
    var table = SequenceTables.nested(SequenceTables.sequences(10, 2));
    var first = new SQLTransformer()
        .setStatement("select id, sequence as s from __THIS__");
    var pipeline = new Pipeline()
        .setStages(new PipelineStage[] {first, transformer().setInputCol("s")}).fit(table);
    var place = folder.resolve("pipeline").toString();
    pipeline.save(place);
    var loaded = PipelineModel.load(place);
    assertThat(loaded.transform(table).collectAsList())
        .isEqualTo(pipeline.transform(table).collectAsList());
    var stage = (ModelTransformer) loaded.stages()[1];
    assertThat(stage.uid()).isEqualTo(((ModelTransformer) pipeline.stages()[1]).uid());
    assertThat(stage.getOrDefault(stage.rowsAtATime())).isEqualTo(7);
    assertThat(stage.getOrDefault(stage.outputCol())).isEqualTo("out");
  }

  /// The file in its folder is a model file like any other.
  @Test
  void theSavedModelIsAModelFile(@TempDir Path folder) throws Exception {
    var place = folder.resolve("stage");
    transformer().save(place.toString());
    assertThat(Model.load(place.resolve("model.safetensors")).parameters().values())
        .containsExactly(MODEL.parameters().values());
    var other = ModelTransformer.load(place.toString());
    assertThat(other.model()).isEqualTo(transformer().model());
  }

  @Test
  void aCopyTakesOtherParameters() {
    var stage = transformer();
    var copy = stage.copy(ParamMap.empty().put(stage.outputCol(), "other"));
    assertThat(copy.getOrDefault(copy.outputCol())).isEqualTo("other");
    assertThat(copy.uid()).isEqualTo(stage.uid());
    assertThat(stage.getOrDefault(stage.outputCol())).isEqualTo("out");
    var table = SequenceTables.nested(SequenceTables.sequences(1, 2));
    stage.set(stage.handleInvalid(), "skip");
    assertThatThrownBy(() -> stage.transform(table))
        .hasMessage("handleInvalid is skip, expected error or keep");
  }
}
