package dev.unroll.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.exchange.network.NetworkModel;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.NetworkModel.Wishes;
import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.onnx.OnnxExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs of ONNX that are chains become models again; others are refused by their node.
class OnnxNetworkTest {
  @TempDir
  Path folder;

  enum Kind {
    RNN, RELU, GRU, RESET_BEFORE, LSTM;

    Cell cell() {
      return switch (this) {
        case RNN -> SimpleRnn.of(Function.TANH);
        case RELU -> SimpleRnn.of(Function.RELU);
        case GRU -> Gru.cell();
        case RESET_BEFORE -> Cells.gruResetBefore();
        case LSTM -> Lstm.cell();
      };
    }
  }

  private Structure again(Structure model, Form form) throws IOException {
    var file = folder.resolve("model.onnx");
    OnnxExport.of(model).write(file);
    return NetworkModel.of(OnnxNetwork.read(file).network(),
        new Wishes(form, Pooling.LAST, null, null, null)).model();
  }

  private static <M extends Structure> M filled(M model) {
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + 1);
    }
    return model;
  }

  @ParameterizedTest
  @EnumSource
  void layersOfBothDirectionsComeBackWithTheSameBits(Kind kind) throws IOException {
    var model = filled(SequenceToSequence.of(Inputs.symbols(6, 3),
        RecurrentStack.of(kind.cell(), 4).layers(2).bidirectional(Merge.CONCATENATE),
        Outputs.classes(5)));
    var back = again(model, Form.SEQUENCE_TO_SEQUENCE);
    assertThat(back.architecture()).isEqualTo(model.architecture());
    assertThat(back.parameters().values()).isEqualTo(model.parameters().values());
  }

  @ParameterizedTest
  @EnumSource
  void theLastStatesAreAVector(Kind kind) throws IOException {
    for (var stack : List.of(RecurrentStack.of(kind.cell(), 4),
        RecurrentStack.of(kind.cell(), 4).bidirectional(Merge.CONCATENATE))) {
      assertAnswersAgain(
          filled(SequenceToVector.of(Inputs.features(3), stack, Outputs.classes(2))));
    }
  }

  private void assertAnswersAgain(SequenceToVector model) throws IOException {
    var back = again(model, Form.SEQUENCE_TO_VECTOR);
    assertThat(back.parameters().values()).isEqualTo(model.parameters().values());
    float[][] steps = {{1, 2, 3}, {0, -1, 1}};
    assertThat(((SequenceToVector) back).predictor().predict(steps))
        .isEqualTo(model.predictor().predict(steps));
  }

  @Test
  void whatIsNoLayerIsNamed() {
    var model = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 4),
        Pooling.MEAN, Outputs.classes(2), 1);
    assertThatThrownBy(() -> again(model, Form.SEQUENCE_TO_VECTOR))
        .isInstanceOf(FormatException.class).hasMessageContaining("node \"")
        .hasMessageContaining("unroll onnx run");
  }
}
