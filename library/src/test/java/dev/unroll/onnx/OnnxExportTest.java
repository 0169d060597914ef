package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.onnx.proto.ModelReader;
import dev.unroll.onnx.proto.NodeDef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What stands in exported files. What they compute is compared in the testkit, and with ONNX
/// Runtime in golden files.
class OnnxExportTest {
  @TempDir
  private Path folder;

  private static SequenceToSequence model(Cell cell) {
    return model(RecurrentStack.of(cell, 6).size("P", 2));
  }

  private static SequenceToSequence model(RecurrentStack body) {
    return SequenceToSequence.of(Inputs.features(3), body, Outputs.classes(4));
  }

  private static List<NodeDef> nodes(OnnxExport export) {
    var all = new ArrayList<NodeDef>();
    export.toBytes().forEach(
        file -> all.addAll(ModelReader.read(file, null).graph().nodes()));
    return all;
  }

  private static NodeDef recurrent(OnnxExport export) {
    return nodes(export).stream()
        .filter(node -> List.of("RNN", "GRU", "LSTM", "Scan").contains(node.operator()))
        .findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"rnn, RNN", "rnn-relu, RNN", "rnn-sigmoid, RNN", "rnn-identity, RNN", "irnn, RNN",
    "lstm, LSTM", "lstm-peephole, LSTM", "lstm-coupled, LSTM", "lstm-projected, Scan",
    "lstm-layernorm, Scan", "gru, GRU", "gru-reset-before, GRU", "mgu, GRU", "indrnn, Scan",
    "mingru, Scan", "minlstm, Scan", "slstm, Scan", "rg-lru, Scan", "rwkv4, Scan", "lru, Scan",
    "cfc, Scan", "qrnn, Scan", "sru, Scan", "two-speed, Scan"})
  void eachCellBecomesTheOperatorThatItIs(String cell, String operator) {
    var export = OnnxExport.of(model(Cells.find(cell)));
    assertThat(recurrent(export).operator()).isEqualTo(operator);
  }

  @Test
  void everyPublishedCellIsInTheListAbove() {
    assertThat(Cells.all()).hasSize(24);
  }

  @Test
  void aUsersCellIsFoundWhateverItsNamesAre() {
    var gru = Cell.parse("""
        forget = σ(c1 + B1 h + A1 x)
        m  = tanh(A2 x + c2 + (B2 h + d2) * σ(A3 x + B3 h + c3))
        h' = h * forget + m * (1 - forget)
        """);
    var node = recurrent(OnnxExport.of(model(gru)));
    assertThat(node.operator()).isEqualTo("GRU");
    assertThat(node.attributes().integer("linear_before_reset", -1)).isEqualTo(1);
  }

  /// One bias in the wrong place, a gate of another function, a peephole of the old memory cell for
  /// the output: nearly an operator, and none.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "r = σ(Wr x + Ur h); z = σ(Wz x + Uz h); n = tanh(W x + r * (U h + b)); "
        + "h' = (1 - z) * n + z * h",
    "r = tanh(Wr x + Ur h); z = σ(Wz x + Uz h); n = tanh(W x + U (r * h)); "
        + "h' = (1 - z) * n + z * h",
    "z = σ(Wz x + Uz h); n = tanh(W x + U h); h' = (1 - z) * n + z * h",
    "z = σ(Wz x + Uz h); n = tanh(W x + U (z * h)); h' = (1 - z) * n + h",
    "h' = tanh(W x + V x + U h + b)", "h' = tanh(W x + b)", "h' = tanh(W x + U h + V h)",
    "h' = exp(W x + U h)", "h' = tanh(W x + U h + p * h)", "h' = tanh(W x + U h + 1)",
    "i = σ(W x + U h); g = tanh(V x + R h); o = σ(O x + P h + p * c); c' = i * g + (1 - i) * c; "
        + "h' = o * tanh(c')",
    "i = σ(W x + U h); g = tanh(V x + R h); o = σ(O x + P h); c' = i * g + 0.5 * c; "
        + "h' = o * tanh(c')"})
  void whatIsNearlyAnOperatorIsNone(String equations) {
    var cell = Cell.parse(equations.replace("; ", "\n") + "\n");
    assertThat(recurrent(OnnxExport.of(model(cell))).operator()).isEqualTo("Scan");
  }

  /// Exporters left `linear_before_reset` to the reader's default, and readers took another one.
  @Test
  void attributesAreAlwaysWritten() {
    var gru = recurrent(OnnxExport.of(model(Gru.cell()))).attributes();
    assertThat(gru.integer("linear_before_reset", -1)).isEqualTo(1);
    assertThat(gru.text("direction", "")).isEqualTo("forward");
    assertThat(gru.texts("activations")).containsExactly("Sigmoid", "Tanh");
    assertThat(gru.integer("hidden_size", -1)).isEqualTo(6);
    var before = recurrent(OnnxExport.of(model(Cells.gruResetBefore()))).attributes();
    assertThat(before.integer("linear_before_reset", -1)).isZero();
    assertThat(before.has("linear_before_reset")).isTrue();
    var both = recurrent(OnnxExport.of(model(RecurrentStack.of(Lstm.cell(), 6)
        .bidirectional(Merge.SUM)))).attributes();
    assertThat(both.text("direction", "")).isEqualTo("bidirectional");
    assertThat(both.texts("activations")).containsExactly("Sigmoid", "Tanh", "Tanh", "Sigmoid",
        "Tanh", "Tanh");
    assertThat(both.integer("input_forget", -1)).isZero();
    var coupled = recurrent(OnnxExport.of(model(Cells.coupledLstm()))).attributes();
    assertThat(coupled.integer("input_forget", -1)).isEqualTo(1);
  }

  @Test
  void weightsStandInTheOrderOfOnnx() {
    var model = model(Gru.cell());
    var graph = ModelReader.read(OnnxExport.of(model).toBytes().getFirst(), null).graph();
    var w = graph.initializers().get("layer0/W");
    assertThat(w.shape()).containsExactly(1, 18, 3);
    var z = model.parameters().get("layer0.Wz");
    assertThat(w.floats()[0]).isEqualTo(z.at(0, 0));
    assertThat(w.floats()[17]).isEqualTo(z.at(5, 2));
    assertThat(w.floats()[18]).isEqualTo(model.parameters().get("layer0.Wr").at(0, 0));
    assertThat(w.floats()[36]).isEqualTo(model.parameters().get("layer0.Wn").at(0, 0));
    var opposite = model(Cells.gruResetBefore());
    var negated = ModelReader.read(OnnxExport.of(opposite).toBytes().getFirst(), null).graph()
        .initializers().get("layer0/W");
    assertThat(negated.floats()[0]).isEqualTo(-opposite.parameters().get("layer0.Wz").at(0, 0));
  }

  /// Exporters wrote the batch size of an example into initial states and shapes.
  @Test
  void aModelOfBothDirectionsRunsWithAnyTimeAndBatch() throws IOException {
    var body = RecurrentStack.of(Lstm.cell(), 6).layers(2).bidirectional(Merge.CONCATENATE)
        .learnedStart();
    var model = OnnxModel.read(OnnxExport.of(model(body)).toBytes().getFirst());
    for (int time : new int[] {5, 1, 17}) {
      for (int batch : new int[] {3, 1, 8}) {
        var lengths = new long[batch];
        for (int b = 0; b < batch; b++) {
          lengths[b] = Math.max(1, time - b);
        }
        var outputs = model.run(Map.of(
            "features", OnnxTensor.of(new float[time * batch * 3], time, batch, 3),
            "lengths", OnnxTensor.of(lengths, batch)));
        assertThat(outputs.get("probabilities").shape()).containsExactly(time, batch, 4);
      }
    }
  }

  @Test
  void nothingThatNobodyReadsIsWritten() {
    var model = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 6),
        Outputs.classes(4));
    var nodes = nodes(OnnxExport.of(model).withoutLengths());
    assertThat(nodes).map(NodeDef::operator).containsExactly("LSTM", "Squeeze", "MatMul", "Add",
        "Softmax", "Identity", "Identity");
    assertThat(nodes.getFirst().outputs().getFirst()).isEmpty();
    assertThat(nodes.getFirst().outputs()).hasSize(2);
  }

  @Test
  void filesAreWrittenAndSaidToBe() throws IOException {
    var written = Onnx.export(model(Lstm.cell()), folder.resolve("model.onnx"));
    assertThat(written).hasSize(1);
    assertThat(written.getFirst().values().inputs()).map(OnnxExport.Value::toString)
        .containsExactly("features float32 [time, batch, 3]: the numbers of each step",
            "lengths int64 [batch]: how many steps of each sequence are not padding");
    var read = OnnxModel.load(folder.resolve("model.onnx"));
    assertThat(read.inputs().toString())
        .isEqualTo("[features float32 [time, batch, 3], lengths int64 [batch]]");
    assertThat(read.outputs()).map(OnnxValue::name).containsExactly("probabilities", "logits");
    assertThat(read.opsets()).containsExactlyEntriesOf(Map.of("", 17L));
    assertThat(read.producer()).isEqualTo("unroll");
    assertThat(read.metadata()).containsEntry("structure", "SequenceToSequence")
        .containsEntry("equations", Lstm.cell().toString().strip())
        .containsEntry("input.features", "the numbers of each step")
        .containsKey("unroll.version");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void anEncoderAndItsDecoderAreTwoFiles() throws IOException {
    var parts = EncoderDecoder.of(Inputs.symbols(9, 4), RecurrentStack.of(Gru.cell(), 5),
        RecurrentStack.of(Lstm.cell(), 6), Outputs.symbols(4));
    var written = OnnxExport.of(parts.initialized()).write(folder.resolve("m.onnx"));
    assertThat(written).map(OnnxExport.Written::file).containsExactly(
        folder.resolve("m.encoder.onnx"), folder.resolve("m.decoder.onnx"));
    var encoder = OnnxModel.load(written.getFirst().file());
    var decoder = OnnxModel.load(written.getLast().file());
    assertThat(encoder.outputs()).map(OnnxValue::name).containsAll(
        decoder.inputs().stream().map(OnnxValue::name).toList());
    assertThat(encoder.metadata()).containsEntry("part", "encoder")
        .containsEntry("equations", Gru.cell().toString().strip());
    assertThat(decoder.metadata()).containsEntry("part", "decoder")
        .containsEntry("equations", Lstm.cell().toString().strip());
    var other = OnnxExport.of(parts.initialized()).write(folder.resolve("words"));
    assertThat(other).map(OnnxExport.Written::file).containsExactly(
        folder.resolve("words.encoder"), folder.resolve("words.decoder"));
  }

  @Test
  void metadataHasWhatSymbolsAre() throws IOException {
    var text = LanguageModel.parts(Tokens.of(List.of("a", "b", "\n")), 4,
        RecurrentStack.of(Gru.cell(), 5).learnedStart(), 1).initialized();
    var read = OnnxModel.read(OnnxExport.of(text).withStates().metadata("mine", "7").toBytes()
        .getFirst());
    assertThat(read.metadata()).containsEntry("vocabulary", "[\"a\",\"b\",\"\\n\"]")
        .containsEntry("labels", "[\"a\",\"b\",\"\\n\"]").containsEntry("mine", "7")
        .containsEntry("start.layer0_h", "[0.0,0.0,0.0,0.0,0.0]");
    assertThat(read.metadata().get("input.layer0_h")).contains("at first the values");
    assertThat(read.inputs()).map(OnnxValue::name).containsExactly("symbols", "layer0_h");
    assertThat(read.outputs()).map(OnnxValue::name).containsExactly("probabilities", "logits",
        "layer0_h_next");
  }

  @ParameterizedTest
  @CsvSource({"12", "23", "0", "-1"})
  void versionsOfTheOperatorsThatAreNotWrittenAreRefused(int opset) {
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxExport.of(model(Gru.cell()))
        .opset(opset)).withMessage("opset %d is not supported, 13 to 22 are; 17 is one that most"
            .formatted(opset) + " programs know");
  }

  @Test
  void statesOfWhatNeedsWholeSequencesAreRefused() {
    var body = RecurrentStack.of(Gru.cell(), 5);
    for (Structure whole : List.of(model(body.bidirectional(Merge.SUM)),
        SequenceToSequence.of(Inputs.features(3), body, Outputs.tags(4)),
        SequenceToVector.of(Inputs.features(3), body, Pooling.MEAN, Outputs.classes(4), 1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> OnnxExport.of(whole).withStates())
          .withMessageContaining("needs whole sequences; export it without states");
    }
    var writes = EncoderDecoder.of(Inputs.symbols(9, 4), body, body, Outputs.symbols(4))
        .initialized();
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxExport.of(writes).withStates())
        .withMessageContaining("has states in its decoder anyway");
  }

  @Test
  void aModelThatIsOfNoUseIsRefusedAndTheOldFileStays() throws IOException {
    var model = model(Gru.cell());
    var file = folder.resolve("model.onnx");
    Onnx.export(model, file);
    var before = Files.readAllBytes(file);
    model.parameters().values()[3] = Float.NaN;
    assertThatIllegalArgumentException().isThrownBy(() -> Onnx.export(model, file))
        .withMessageContaining("parameter layer0.Wr has a value that is not finite");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThatThrownBy(() -> Onnx.export(model(Gru.cell()), folder.resolve("none/model.onnx")))
        .isInstanceOf(IOException.class).hasMessageContaining("there is no folder");
  }

  @Test
  void theSameModelGivesTheSameBytes() {
    assertThat(OnnxExport.of(model(Cells.minimalGatedUnit())).toBytes().getFirst())
        .isEqualTo(OnnxExport.of(model(Cells.minimalGatedUnit())).toBytes().getFirst());
  }
}
