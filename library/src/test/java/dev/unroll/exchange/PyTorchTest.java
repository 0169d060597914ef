package dev.unroll.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints that PyTorch itself has written (`torch/make.py`), and what its modules answer.
class PyTorchTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/unroll/exchange/torch");

  /// PyTorch adds two biases one after the other, and has other exponentials.
  private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

  private static JsonFields expected() throws IOException {
    return JsonFields.parse(Files.readString(FOLDER.resolve("expected.json")), "expected.json");
  }

  private static PyTorch load(String name) throws IOException {
    return PyTorch.load(FOLDER.resolve(name));
  }

  private static float[][] steps(String name) throws IOException {
    var numbers = expected().object(name).numbers("input");
    var rows = new float[numbers.size() / 3][3];
    for (int i = 0; i < numbers.size(); i++) {
      rows[i / 3][i % 3] = numbers.get(i).floatValue();
    }
    return rows;
  }

  private static int[] symbols(String name) throws IOException {
    return expected().object(name).longs("input").stream().mapToInt(Long::intValue).toArray();
  }

  private static void assertAnswers(float[] found, String name) throws IOException {
    var output = expected().object(name).numbers("output");
    float[] all = new float[output.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = output.get(i).floatValue();
    }
    assertThat(found).containsExactly(all, ROUNDING);
  }

  private static float[] flat(float[][] rows) {
    var all = new ArrayList<Float>();
    for (var row : rows) {
      for (float x : row) {
        all.add(x);
      }
    }
    float[] flat = new float[all.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = all.get(i);
    }
    return flat;
  }

  /// Symbols, two layers in two directions, classes; as a state dict, and as TorchScript.
  @ParameterizedTest
  @ValueSource(strings = {"classifier.pt", "classifier.script.pt"})
  void aClassifierOfSymbolsAnswersAsInPyTorch(String file) throws IOException {
    var model = load(file).as(SequenceToVector.class);
    assertThat(model.architecture().body().layers()).isEqualTo(2);
    assertAnswers(model.predictor().predict(symbols("classifier")), "classifier");
  }

  /// A whole checkpoint with an optimizer, prefixes of DataParallel; both forms of files.
  @ParameterizedTest
  @ValueSource(strings = {"tagger.checkpoint.pth", "tagger.legacy.pth"})
  void theStateDictOfAWholeCheckpointIsFound(String file) throws IOException {
    var torch = load(file).outputs(Outputs.numbers(2));
    assertThat(torch.checkpoint().remarks()).singleElement().asString()
        .contains("'model_state_dict'").contains("optimizer").contains("epoch");
    assertThat(torch.checkpoint().tensors()).containsOnlyKeys("module.rnn.weight_ih_l0",
        "module.rnn.weight_hh_l0", "module.rnn.bias_ih_l0", "module.rnn.bias_hh_l0",
        "module.head.weight", "module.head.bias");
    var model = torch.as(SequenceToSequence.class);
    assertAnswers(flat(model.predictor().predict(steps("tagger"))), "tagger");
  }

  @ParameterizedTest
  @CsvSource({"relu, rnn-relu", "tanh, rnn", "projected, lstm-projected"})
  void everyKindOfModuleAnswersAsInPyTorch(String name, String cell) throws IOException {
    var torch = load(name + ".pt").outputs(Outputs.numbers(2));
    torch = name.equals("relu") ? torch.rectified() : torch;
    var model = torch.as(SequenceToSequence.class);
    assertThat(model.architecture().body().cell().name()).isEqualTo(cell);
    assertAnswers(flat(model.predictor().predict(steps(name))), name);
  }

  @Test
  void aLanguageModelAnswersAsInPyTorch() throws IOException {
    var imported = load("letters.pt").vocabulary(List.of("a", "b", "c", "d", "e", "f"))
        .importAsLanguageModel();
    assertAnswers(flat(imported.model().predictor().predict(symbols("letters"))), "letters");
    assertThat(imported.model().generate("abc", 5)).hasSize(5);
  }

  /// LSTMCell twice, one above the other.
  @Test
  void cellsAreAStack() throws IOException {
    var model = load("cells.pt").as(SequenceToVector.class);
    assertThat(model.architecture().outputs()).isEqualTo(Outputs.numbers(1));
    assertAnswers(model.predictor().predict(steps("cells")), "cells");
  }

  @Test
  void theReportSaysWhereEachParameterComesFrom() throws IOException {
    var imported = load("classifier.pt").importAs(SequenceToVector.class);
    assertThat(imported.transfers()).extracting(Object::toString).contains(
        "embedding.E [7, 5] = embed.weight",
        "layer0.forward.Wf [4, 5] = lstm.weight_ih_l0, rows 4 … 7",
        "layer1.backward.Uo [4, 4] = lstm.weight_hh_l1_reverse, rows 12 … 15",
        "layer0.forward.bi [4] = lstm.bias_ih_l0 + lstm.bias_hh_l0, elements 0 … 3, added",
        "output.V [3, 8] = fc.weight", "output.c [3] = fc.bias");
    assertThat(imported.transfers()).hasSameSizeAs(imported.model().parameters().blocks());
    assertThat(imported.report()).contains("h_n");
  }

  /// The layers alone: all but the output layer of the tagger, which is then computed by hand.
  @Test
  void aRecurrentModuleRunsAlone() throws IOException {
    var torch = load("tagger.checkpoint.pth");
    var layers = torch.recurrent("module.rnn");
    float[][] h = layers.run(steps("tagger"));
    float[] v = torch.checkpoint().tensors().get("module.head.weight").floats();
    float[] c = torch.checkpoint().tensors().get("module.head.bias").floats();
    float[] y = new float[2 * h.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = c[i % 2];
      for (int j = 0; j < 4; j++) {
        y[i] += v[i % 2 * 4 + j] * h[i / 2][j];
      }
    }
    assertAnswers(y, "tagger");
    var stepper = layers.stepper();
    var state = stepper.initial();
    float[] one = new float[4];
    for (var x : steps("tagger")) {
      stepper.step(x, 0, state, one, 0, state);
    }
    assertThat(one).isEqualTo(h[h.length - 1]);
  }

  @Test
  void aPathWithoutAModuleNamesThoseThereAre() {
    assertThatThrownBy(() -> load("cells.pt").recurrent("rnn"))
        .isInstanceOf(FormatException.class).hasMessageContaining("cells.0, cells.1");
  }

  @Test
  void labelsAndVocabularyMustFit() {
    assertThatThrownBy(() -> load("classifier.pt").labels(List.of("a", "b"))
        .as(SequenceToVector.class)).isInstanceOf(FormatException.class)
        .hasMessageContaining("3 classes").hasMessageContaining("2 labels");
    assertThatThrownBy(() -> load("classifier.pt").vocabulary(List.of("a", "b"))
        .as(SequenceToVector.class)).isInstanceOf(FormatException.class)
        .hasMessageContaining("embed.weight").hasMessageContaining("7 symbols");
    assertThatThrownBy(() -> load("classifier.pt").importAsLanguageModel())
        .isInstanceOf(FormatException.class).hasMessageContaining("language model");
  }

  /// Without the linear layer, outputs are the states.
  @Test
  void aModelWithoutAnOutputLayerPutsOutItsStates() throws IOException {
    var torch = load("tagger.checkpoint.pth").without("module.head");
    var model = torch.as(SequenceToSequence.class);
    assertThat(model.predictor().predict(steps("tagger")))
        .isDeepEqualTo(torch.recurrent("module.rnn").run(steps("tagger")));
  }

  @Test
  void whatHasNoPlaceIsNamed() {
    assertThatThrownBy(() -> PyTorch.load(Path.of(
        "src/test/resources/dev/unroll/exchange/torch/types.pt")).as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContaining("no recurrent module");
    assertThatThrownBy(() -> load("classifier.pt").without("fc.bias")
        .without("lstm.bias_ih_l1").as(SequenceToVector.class))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("lstm.bias_ih_l1 is missing");
    assertThatThrownBy(() -> load("tagger.checkpoint.pth").pooling(Pooling.ATTENTION))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// A module that was saved whole would have to be built by its class.
  @Test
  void aWholeModuleIsRefusedByName() {
    assertThatThrownBy(() -> load("classifier.module.pt")).isInstanceOf(FormatException.class)
        .hasMessageContaining("__main__.Classifier").hasMessageContaining("state_dict");
  }

  /// Views, shared storages and types, in both forms of files.
  @ParameterizedTest
  @ValueSource(strings = {"types.pt", "types.legacy.pt"})
  void tensorsOfEveryTypeAndStrideAreRead(String file) throws IOException {
    var tensors = load(file).checkpoint().tensors();
    var types = expected().object("types");
    assertThat(tensors.keySet()).containsExactlyElementsOf(types.keys());
    for (var name : types.keys()) {
      var tensor = tensors.get(name);
      assertThat(tensor.shape()).as(name).containsExactly(
          types.object(name).longs("shape").stream().mapToLong(Long::longValue).toArray());
      var values = types.object(name).strings("values");
      float[] floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        var text = values.get(i).replace("inf", "Infinity");
        floats[i] = (float) Double.parseDouble(text);
      }
      assertThat(tensor.floats()).as(name).isEqualTo(floats);
    }
    assertThat(tensors.get("bfloat16").type()).isEqualTo("bfloat16");
    assertThat(tensors.get("base").isSameAs(tensors.get("base"))).isTrue();
    assertThat(tensors.get("base").isSameAs(tensors.get("transposed"))).isFalse();
  }

  private static CheckpointTensor tensor(String name, float first, long... shape) {
    return new CheckpointTensor(name, "float32", shape, null, () -> {
      float[] values = new float[(int) CheckpointTensor.elements(shape)];
      values[0] = first;
      return values;
    });
  }

  /// A GRU that reads two features and has three states, with tensors before and after.
  private static PyTorch gru(List<CheckpointTensor> before, float first,
      CheckpointTensor... after) {
    var all = new ArrayList<>(before);
    all.add(tensor("rnn.weight_ih_l0", first, 9, 2));
    all.add(tensor("rnn.weight_hh_l0", 0, 9, 3));
    all.addAll(List.of(after));
    return PyTorch.of(new Checkpoint("the file", "PyTorch checkpoint", true, List.of(), all));
  }

  /// The output layer that is declared first was once refused as one of the wrong size.
  @Test
  void anOutputLayerMayBeDeclaredBeforeTheRecurrentOne() throws IOException {
    var head = List.of(tensor("head.weight", 1, 4, 3), tensor("head.bias", 1, 4));
    var imported = gru(head, 0).importAs(SequenceToVector.class);
    assertThat(imported.transfers()).extracting(Object::toString)
        .contains("output.V [4, 3] = head.weight");
    assertThat(imported.remarks()).anyMatch(it -> it.contains("head.weight"));
    assertThatThrownBy(() -> gru(List.of(tensor("a.weight", 1, 2, 3), tensor("a.bias", 1, 2)), 0)
        .as(SequenceToVector.class)).isInstanceOf(FormatException.class)
        .hasMessageContaining("a.weight").hasMessageContaining("both before and behind");
  }

  /// A linear layer without bias has the same weights as an embedding.
  @Test
  void whatMayBeNoEmbeddingIsSaid() throws IOException {
    for (var name : List.of("embed", "inputs")) {
      var remarks = gru(List.of(tensor(name + ".weight", 1, 6, 2)), 0,
          tensor("fc.weight", 1, 4, 3)).importAs(SequenceToVector.class).remarks();
      assertThat(remarks.stream().anyMatch(it -> it.contains("inputs.weight")
          && it.contains("nn.Linear"))).isEqualTo(name.equals("inputs"));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNotFiniteAreRefusedByName(float value) {
    assertThatThrownBy(() -> gru(List.of(), value).as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContaining("rnn.weight_ih_l0")
        .hasMessageContaining(Float.toString(value)).hasMessageContaining("finite");
    assertThatThrownBy(() -> gru(List.of(), value).recurrent("rnn"))
        .isInstanceOf(FormatException.class).hasMessageContaining("rnn.weight_ih_l0");
  }

  /// Parts were once passed over in files that have none.
  @Test
  void aPartIsTakenOnlyWhereThereAreSome() throws IOException {
    assertThat(Checkpoints.read(FOLDER.resolve("tagger.checkpoint.pth"), "model_state_dict")
        .tensors()).hasSize(6);
    // It once said to save a state dict.
    assertThatThrownBy(
        () -> Checkpoints.read(FOLDER.resolve("tagger.checkpoint.pth"), "optimizer"))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("has no weights under", "its parts are", "leave --part out");
    assertThatThrownBy(() -> Checkpoints.read(FOLDER.resolve("classifier.script.pt"), "ema"))
        .isInstanceOf(FormatException.class).hasMessageContaining("has no parts");
    assertThatThrownBy(() -> Checkpoints.read(FOLDER.resolve("expected.json"), "ema"))
        .isInstanceOf(FormatException.class).hasMessageContaining("has no parts");
  }
}
