package dev.unroll.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.layer.Merge;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.tensor.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every exported model, read back, predicts what the library predicts.
class OnnxExportTest {
  /// Products are added up in another order, and then go through some steps.
  private static final float ROUNDING = 1e-6f;

  private static final ExportCase.Program READ_BACK =
      (model, inputs) -> OnnxModel.read(model).run(inputs);

  /// Those of which every operator can be run.
  static List<ExportCase> cases() {
    return ExportCases.all().stream().filter(OnnxExportTest::runsHere).toList();
  }

  private static boolean runsHere(ExportCase it) {
    return OnnxModel.supportedOperators().contains("Scan") || it.export().toBytes().stream()
        .noneMatch(file -> new String(file, ISO_8859_1).contains("Scan"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readBackItPredictsTheSame(ExportCase it) throws IOException {
    var expected = it.expected();
    float largest = 1;
    for (float y : expected) {
      largest = Math.max(largest, Math.abs(y));
    }
    assertThat(it.actual(READ_BACK)).containsExactly(expected, within(ROUNDING * largest));
    if (it.isChain()) {
      assertThat(it.output(READ_BACK, List.of("classes"))).containsExactly(it.classes());
    }
  }

  /// Matrices with heads, around whose blocks there are zeros: of an operator and of equations.
  static List<ExportCase> cellsWithHeads() {
    var cases = new ArrayList<ExportCase>();
    for (var cell : List.of(Lstm.cell().heads(2), Gru.cell().heads(3), Cells.sLstm().heads(2),
        Cells.rgLru().heads(3), Cells.gruResetBefore().heads(6))) {
      var model = SequenceToSequence.of(Inputs.features(5), RecurrentStack.of(cell, 6).layers(2),
          Outputs.numbers(4));
      cases.add(new ExportCase(cell.name() + " with heads", model, OnnxExport.of(model),
          new int[] {4, 7, 1, 3}, 1));
    }
    return cases.stream().filter(OnnxExportTest::runsHere).toList();
  }

  @ParameterizedTest
  @MethodSource("cellsWithHeads")
  void headsAreExpanded(ExportCase it) throws IOException {
    assertThat(it.actual(READ_BACK)).containsExactly(it.expected(), within(ROUNDING));
  }

  /// Cells that are an operator of ONNX as they stand.
  static List<ExportCase> nativeCells() {
    var cells = List.of(Lstm.cell(), Gru.cell(), Cells.find("rnn"), Cells.find("rnn-relu"),
        Cells.find("rnn-sigmoid"), Cells.find("rnn-identity"), Cells.peepholeLstm(),
        Cells.coupledLstm());
    var cases = new ArrayList<ExportCase>();
    for (var cell : cells) {
      for (var body : bodies(cell)) {
        var name = "%s, %s".formatted(body, body.directions());
        int size = body.directions() == Merge.CONCATENATE ? 12 : 6;
        var steps = shown(SequenceToSequence.of(Inputs.symbols(9, 5), body,
            Outputs.numbers(size)));
        var last = shown(SequenceToVector.of(Inputs.features(5), body, Outputs.numbers(size)));
        for (var model : List.of(steps, last)) {
          cases.add(new ExportCase(name, model, OnnxExport.of(model).withHidden(),
              new int[] {4, 7, 1, 3}, 1));
          cases.add(new ExportCase(name, model, OnnxExport.of(model).withoutLengths(),
              new int[] {2, 2, 2}, 1));
          if (body.directions() == null) {
            cases.add(new ExportCase(name, model, OnnxExport.of(model).withStates(),
                new int[] {6, 6}, 3));
          }
        }
      }
    }
    return cases;
  }

  private static List<RecurrentStack> bodies(Cell cell) {
    var body = RecurrentStack.of(cell, 6);
    return List.of(body, body.layers(3), body.layers(2).bidirectional(Merge.CONCATENATE),
        body.layers(2).bidirectional(Merge.SUM), body.layers(3).residual(),
        body.layers(2).learnedStart().bidirectional(Merge.CONCATENATE));
  }

  /// A model whose outputs are those of its last layer: V is the identity.
  private static <M extends Structure> M shown(M model) {
    var random = CounterRandom.of(8);
    var values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = random.uniform(0, i) - 0.5f;
    }
    var v = model.parameters().byName().get("output.V");
    Arrays.fill(values, v.offset(), v.offset() + v.length(), 0f);
    for (int i = 0; i < v.rows(); i++) {
      values[v.offset() + i * v.columns() + i] = 1;
    }
    var c = model.parameters().byName().get("output.c");
    Arrays.fill(values, c.offset(), c.offset() + c.length(), 0f);
    return model;
  }

  @ParameterizedTest
  @MethodSource("nativeCells")
  void nativeCellsGiveTheSameBits(ExportCase it) throws IOException {
    var expected = it.expected();
    assertThat(it.actual(READ_BACK)).containsExactly(expected);
    if (it.export().hasLengths()) {
      assertThat(it.output(READ_BACK, List.of("hidden"))).containsExactly(expected);
    }
  }
}
