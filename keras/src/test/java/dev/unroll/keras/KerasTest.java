package dev.unroll.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.exchange.Imported;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that Keras has written (`make.py` beside them), and what its models answer.
class KerasTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/unroll/keras");

  /// Keras adds in another order, and has other exponentials.
  private static final Offset<Float> ROUNDING = Offset.offset(2e-6f);

  private static JsonFields expected() throws IOException {
    return JsonFields.parse(Files.readString(FOLDER.resolve("expected.json")), "expected.json");
  }

  private static Keras load(String name) throws IOException {
    return Keras.load(FOLDER.resolve(name));
  }

  private static float[] floats(List<Double> numbers) {
    float[] all = new float[numbers.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = numbers.get(i).floatValue();
    }
    return all;
  }

  private static float[][] steps(String name) throws IOException {
    float[] all = floats(expected().object(name).numbers("input"));
    var rows = new float[all.length / 3][3];
    for (int i = 0; i < all.length; i++) {
      rows[i / 3][i % 3] = all[i];
    }
    return rows;
  }

  private static int[] symbols(String name) throws IOException {
    return expected().object(name).longs("input").stream().mapToInt(Long::intValue).toArray();
  }

  private static void assertAnswers(float[] found, String name) throws IOException {
    assertThat(found).containsExactly(floats(expected().object(name).numbers("output")), ROUNDING);
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return flat;
  }

  /// Symbols, two layers in two directions, dropout, classes; as a model of Keras 3, as HDF5, and
  /// as weights alone.
  @ParameterizedTest
  @ValueSource(strings = {"classifier.keras", "classifier.h5", "classifier.weights.h5"})
  void aClassifierOfSymbolsAnswersAsInKeras(String file) throws IOException {
    var model = load(file).as(SequenceToVector.class);
    assertThat(model.architecture().body().layers()).isEqualTo(2);
    assertThat(model.architecture().outputs()).isEqualTo(Outputs.classes(3));
    assertAnswers(model.predictor().predict(symbols("classifier")), "classifier");
  }

  /// As Keras 3 writes it, as TensorFlow 2.12 to 2.15 named the groups, with paths of Windows.
  @ParameterizedTest
  @ValueSource(strings = {"tagger.keras", "tagger.h5", "tagger.weights.h5",
    "old_tagger.weights.h5", "windows.weights.h5"})
  void numbersAtEachStepAreThoseOfKeras(String file) throws IOException {
    var model = load(file).outputs(Outputs.numbers(2)).as(SequenceToSequence.class);
    assertThat(model.architecture().body().cell().name()).isEqualTo("gru");
    assertAnswers(flat(model.predictor().predict(steps("tagger"))), "tagger");
  }

  /// GRUs of both kinds, activations of all kinds, merges, weights of CuDNN.
  @ParameterizedTest
  @CsvSource({"before.keras, before, gru-reset-before", "before.h5, before, gru-reset-before",
    "before.weights.h5, before, gru-reset-before", "relu.keras, relu, rnn-relu",
    "hard.keras, hard, lstm-hard-sigmoid-3-relu", "hard.h5, hard, lstm-hard-sigmoid-3-relu",
    "average.keras, average, gru", "summed.h5, summed, rnn",
    "functional.keras, functional, lstm", "functional.h5, functional, lstm",
    "old_lstm.h5, old_lstm, lstm-hard-sigmoid", "old_cudnn_lstm.h5, old_cudnn_lstm, lstm",
    "old_cudnn_gru.h5, old_cudnn_gru, gru"})
  void everyKindOfLayerAnswersAsInKeras(String file, String name, String cell)
      throws IOException {
    var keras = load(file);
    keras = file.startsWith("old") || file.contains("weights")
        ? keras.outputs(Outputs.numbers(2))
        : keras;
    var model = keras.as(SequenceToVector.class);
    assertThat(model.architecture().body().cell().name()).isEqualTo(cell);
    assertAnswers(model.predictor().predict(steps(name)), name);
  }

  @Test
  void aLayerWithoutAnOutputLayerPutsOutItsStates() throws IOException {
    var model = load("hard_gru.keras").as(SequenceToVector.class);
    assertAnswers(model.predictor().predict(steps("hard_gru")), "hard_gru");
  }

  @Test
  void whatTheFileSaysBecomesTheModel() throws IOException {
    assertThat(load("hard.keras").as(SequenceToVector.class).architecture())
        .satisfies(it -> assertThat(it.pooling()).isEqualTo(Pooling.MEAN))
        .satisfies(it -> assertThat(it.outputs()).isEqualTo(Outputs.bits(2)));
    assertThat(load("average.keras").as(SequenceToVector.class).architecture().body().directions())
        .isEqualTo(Merge.SUM);
    var timed = load("timed.keras").as(SequenceToSequence.class);
    assertThat(timed.architecture().outputs()).isEqualTo(Outputs.classes(3));
    assertAnswers(flat(timed.predictor().predict(steps("timed"))), "timed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"letters.keras", "letters.weights.h5"})
  void aLanguageModelAnswersAsInKeras(String file) throws IOException {
    var imported = load(file).vocabulary(List.of("a", "b", "c", "d", "e", "f", "g"))
        .importAsLanguageModel();
    assertAnswers(flat(imported.model().predictor().predict(symbols("letters"))), "letters");
    assertThat(imported.model().generate("abc", 5)).hasSize(5);
  }

  /// What weights alone do not say is said in the report, with the option that says otherwise.
  @Test
  void theActivationOfGatesIsThatOfTheVersionOrTheOneGiven() throws IOException {
    var keras = load("old_lstm.h5").outputs(Outputs.numbers(2));
    assertThat(keras.kind()).isEqualTo("weights of Keras 2.1.5");
    assertThat(keras.importAs(SequenceToVector.class).remarks()).singleElement().asString()
        .contains("lstm_1").contains("hard_sigmoid").contains("2.1.5")
        .contains("--recurrent-activation");
    var other = keras.recurrentActivation("sigmoid").as(SequenceToVector.class);
    assertThat(other.architecture().body().cell().name()).isEqualTo("lstm");
    assertAnswers(other.predictor().predict(steps("old_lstm_sigmoid")), "old_lstm_sigmoid");
  }

  @Test
  void theReportSaysWhereEachParameterComesFrom() throws IOException {
    Imported<SequenceToVector> imported = load("classifier.keras").importAs(SequenceToVector.class);
    assertThat(imported.transfers()).extracting(Object::toString).contains(
        "embedding.E [7, 5] = layers/embedding/vars/0",
        "layer0.forward.Wf [4, 5] = layers/bidirectional/forward_layer/cell/vars/0,"
            + " columns 4 … 7, transposed",
        "layer1.backward.bo [4] = layers/bidirectional_1/backward_layer/cell/vars/2,"
            + " elements 12 … 15",
        "output.V [3, 8] = layers/dense/vars/0, transposed");
    assertThat(imported.transfers()).hasSameSizeAs(imported.model().parameters().blocks());
    assertThat(load("old_cudnn_lstm.h5").outputs(Outputs.numbers(2))
        .importAs(SequenceToVector.class).report())
        .contains("layer0.Wi [4, 3] = rnn/rnn/kernel:0, columns 0 … 3, from cuDNN's order")
        .contains("layer0.bf [4] = rnn/rnn/bias:0, elements 4 … 7 and elements 20 … 23, added");
  }

  /// A layer of a model that is no chain.
  @Test
  void aLayerRunsAlone() throws IOException {
    var keras = load("fork.keras");
    assertThatThrownBy(() -> keras.as(SequenceToVector.class)).isInstanceOf(FormatException.class)
        .hasMessageContaining("no chain").hasMessageContaining("left, right");
    var steps = steps("fork");
    float[] left = keras.recurrent("left").run(steps)[3];
    float[] right = keras.recurrent("right").run(steps)[3];
    var dense = keras.layer(keras.layers().getLast()).tensors().values().stream().toList();
    float[] kernel = dense.getFirst().floats();
    float[] y = dense.getLast().floats();
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 2; k++) {
        y[k] += left[i] * kernel[i * 2 + k] + right[i] * kernel[(4 + i) * 2 + k];
      }
    }
    assertAnswers(y, "fork");
  }

  @Test
  void whatHasNoPlaceIsNamed() {
    assertRefused("two_dense.keras", "a second layer", "lstm");
    assertRefused("backwards.keras", "back", "backwards");
    assertThatThrownBy(() -> load("fork.keras").recurrent("middle"))
        .isInstanceOf(FormatException.class).hasMessageContaining("left, right");
    assertThatThrownBy(() -> load("fork.keras").layer("middle"))
        .isInstanceOf(FormatException.class).hasMessageContaining("concatenate");
    assertThatThrownBy(() -> load("old_lstm.h5").recurrentActivation("swish")
        .as(SequenceToVector.class)).isInstanceOf(FormatException.class)
        .hasMessageContaining("swish").hasMessageContaining("hard_sigmoid");
    assertThatThrownBy(() -> load("tagger.keras").pooling(Pooling.ATTENTION))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(String file, String... parts) {
    assertThatThrownBy(() -> load(file).as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContainingAll(parts);
  }

  /// Without the second dense layer the rest is a chain.
  @Test
  void aLayerCanBeLeftOut() throws IOException {
    var keras = load("two_dense.keras");
    var model = keras.without(keras.layers().getLast()).as(SequenceToVector.class);
    assertThat(model.architecture().outputs().targets()).isEqualTo(3);
  }

  @Test
  void arraysOfEveryTypeAreRead() throws IOException {
    var arrays = load("types.weights.h5").arrays().tensors();
    for (int i = 0; i < 6; i++) {
      assertThat(arrays.get("layers/dense/vars/" + i).floats()).as("array " + i)
          .containsExactly(1, -2, 3);
    }
    assertThat(arrays.get("layers/dense/vars/0").type()).isEqualTo("float16");
    assertThat(arrays.get("layers/dense/vars/6").floats()).hasSize(64 * 64).containsOnly(0);
    assertThat(arrays.get("layers/dense/vars/7").floats()).containsExactly(2.5f);
  }
}
