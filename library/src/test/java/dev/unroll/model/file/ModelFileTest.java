package dev.unroll.model.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
  private static final RecurrentStack BODY = RecurrentStack.of(Cells.projectedLstm(), 5)
      .size("P", 4)
      .layers(2)
      .residual().variational(0.1, Masks.UNTIED).zoneout(0.2).weightDrop(0.3).layerNormalized()
      .activationPenalty(1).temporalPenalty(2).dropout(0.4).inputDropout(0.25);

  @TempDir
  private Path folder;

  static Stream<Structure> structures() {
    var symbols = Inputs.symbols(7, 3).dropout(0.1);
    return Stream.of(
        SequenceToVector.of(Inputs.features(3), BODY.bidirectional(Merge.SUM), Pooling.ATTENTION,
            Outputs.numbers(2).activation(Function.TANH).loss(Loss.quantile(0.1, 0.9)), 5),
        SequenceToSequence.of(symbols, RecurrentStack.of(Gru.cell(), 3).learnedStart(),
            Outputs.classes(7).tie(), 6),
        SequenceToSequence.of(
            symbols.letters(Inputs.Letters.of(List.of("abc"), 1, 2,
                RecurrentStack.of(Gru.cell(), 3).dropout(0.1))),
            RecurrentStack.of(Gru.cell(), 3),
            Outputs.tags(Tokens.of(List.of("B-x", "I-x", "O")), true), 6),
        SequenceToSequence.of(symbols, RecurrentStack.of(Gru.cell(), 3), Outputs.tags(4), 6),
        SequenceToSequence.of(symbols, RecurrentStack.of(Cell.parse("chapter", """
            r  = σ(Wr [x; h] + br)
            n  = tanh(Wn [x; r * h] + bn)
            z  = σ(Wz [x; h] + bz)
            h' = (1 - z) * n + z * h
            """), 3), Outputs.classes(7), 6),
        VectorToSequence.of(symbols, Feeding.FIRST_STEP, BODY, Outputs.symbols(4), 7).feedback(2)
            .sampling(0.25, 1000).initialized(),
        VectorToSequence.of(symbols, Feeding.EVERY_STEP, BODY.learnedStart(),
            Outputs.symbols(4), 7).feedback(2).initialized(),
        EncoderDecoder.of(symbols, BODY, BODY, Outputs.symbols(4).smoothing(0.1)).seed(8)
            .attention(Attention.ADDITIVE).initialized(),
        fed());
  }

  private static EncoderDecoder fed() {
    return EncoderDecoder
        .of(Inputs.symbols(7, 3), RecurrentStack.of(Gru.cell(), 3), BODY, Outputs.symbols(4))
        .seed(9).attention(Attention.GENERAL).inputFeeding(true).initialized();
  }

  /// Files from before there was input feeding do not speak of it.
  @Test
  void aFileThatDoesNotNameInputFeedingHasNone() throws IOException {
    var model = EncoderDecoder
        .of(Inputs.symbols(7, 3), RecurrentStack.of(Gru.cell(), 3), BODY, Outputs.symbols(4))
        .seed(9).attention(Attention.GENERAL).initialized();
    var metadata = ModelFile.metadata(model, new LinkedHashMap<>());
    var older = new LinkedHashMap<>(metadata);
    older.compute("unroll.architecture",
        (key, json) -> String.valueOf(json).replace("\"inputFeeding\":false,", ""));
    assertThat(older).isNotEqualTo(metadata);
    var path = folder.resolve("older.safetensors");
    Safetensors.of(older, ModelFile.tensors(model.parameters())).write(path);
    assertThat(ModelFile.read(path).model().architecture()).isEqualTo(model.architecture());
  }

  @ParameterizedTest
  @MethodSource("structures")
  void whatIsWrittenIsReadAgain(Structure model) throws IOException {
    var path = folder.resolve("model.safetensors");
    var provenance = new LinkedHashMap<String, Object>();
    provenance.put("task", "a test");
    ModelFile.write(path, model, provenance);
    var read = ModelFile.read(path);
    assertThat(read.model().architecture()).isEqualTo(model.architecture());
    assertThat(read.model().parameters().values()).isEqualTo(model.parameters().values());
    assertThat(read.model()).hasToString(model.toString());
    assertThat(read.provenance().string("task")).isEqualTo("a test");
  }

  @Test
  void vocabularyAndLabelsAreSavedWithTheModel() throws IOException {
    var model = SequenceToVector.of(Inputs.characters(List.of("aä", "\n")),
        RecurrentStack.of(Gru.cell(), 3), Outputs.labels(List.of("yes", "no", "yes")));
    var path = folder.resolve("labels.unroll");
    model.save(path);
    var read = (SequenceToVector) Model.load(path);
    assertThat(read.architecture()).isEqualTo(model.architecture());
    assertThat(ModelFile.read(path).vocabularies()).isEqualTo(
        Map.of("input", List.of("\n", "a", "ä"), "output", List.of("no", "yes")));
    var expected = model.predictor().predict("äa");
    assertThat(read.predictor().predict("äa")).isEqualTo(expected);
    assertThat(expected.all().keySet()).containsExactlyInAnyOrder("yes", "no");
  }

  @Test
  void aDamagedArchitectureIsRefused() throws IOException {
    var model = structures().toList().get(1);
    var metadata = ModelFile.metadata(model, new LinkedHashMap<>());
    for (var change : List.of(List.of("\"layers\":1", "\"layers\":1000000"),
        List.of("\"H\":3", "\"H\":100000"), List.of("\"H\":3", "\"H\":-1"),
        List.of("sequence to sequence", "sequence to nothing"), List.of("cross-entropy", "luck"),
        List.of("\"directions\":\"none\"", "\"directions\":\"UPWARDS\""),
        List.of("h' =", "h' =" + " ("), List.of("\"tied\":true", "\"tied\":1"))) {
      var changed = new LinkedHashMap<>(metadata);
      changed.compute("unroll.architecture",
          (key, json) -> String.valueOf(json).replace(change.get(0), change.get(1)));
      assertThat(changed).as(change.toString()).isNotEqualTo(metadata);
      var path = folder.resolve("damaged.safetensors");
      Safetensors.of(changed, ModelFile.tensors(model.parameters())).write(path);
      assertThatThrownBy(() -> ModelFile.read(path)).as(change.toString())
          .isInstanceOf(FormatException.class).hasMessageContaining("damaged.safetensors");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-entropy", "cross-entropy(0.1)", "binary-cross-entropy", "squared",
    "absolute", "huber(0.5)", "quantile(0.1, 0.5)", "gaussian"})
  void lossesAreText(String text) {
    assertThat(Loss.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "huber", "huber()", "squared(1)", "huber(0.5", "entropy"})
  void whatIsNoLossIsRefused(String text) {
    assertThatThrownBy(() -> Loss.parse(text)).hasMessageContaining("'" + text + "' is no loss");
  }
}
