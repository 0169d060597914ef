package dev.unroll.keras;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Models out as `.keras` and back: the same bits. That Keras reads them is tried with `load.py`
/// beside the test files.
class KerasExportTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/unroll/keras");

  @TempDir
  Path folder;

  static Stream<Arguments> cells() {
    return Stream.of(Lstm.cell(), Gru.cell(), Cells.gruResetBefore(), SimpleRnn.of(Function.TANH),
        SimpleRnn.of(Function.RELU), SimpleRnn.identity()).map(Arguments::of);
  }

  /// Values that tell things apart, negative zeros among them.
  private static void fill(Structure model) {
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 == 3 ? -0f : (float) Math.sin(i);
    }
  }

  private static void assertSame(SequenceToVector again, SequenceToVector model) {
    assertThat(again.architecture().inputs()).isEqualTo(model.architecture().inputs());
    assertThat(again.architecture().body()).isEqualTo(model.architecture().body());
    assertThat(again.architecture().pooling()).isEqualTo(model.architecture().pooling());
    assertThat(again.architecture().outputs()).isEqualTo(model.architecture().outputs());
    assertThat(again.parameters().values()).isEqualTo(model.parameters().values());
  }

  /// Quantiles once came back as numbers with the squared error, and symbols without their names.
  @Test
  void whatLayersDoNotSayComesBack() throws IOException {
    var model = SequenceToVector.of(Inputs.symbols(3, 4).named(Tokens.of(List.of("a", "b", "c"))),
        RecurrentStack.of(Lstm.cell(), 4), Pooling.MAX,
        Outputs.numbers(2).loss(Loss.quantile(0.1, 0.5, 0.9)), 1);
    fill(model);
    var file = folder.resolve("model.keras");
    Keras.save(model, file);
    assertSame(Keras.load(file).as(SequenceToVector.class), model);
    var labels = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 4),
        Outputs.classes(2).named(Tokens.of(List.of("no", "yes"))));
    fill(labels);
    Keras.save(labels, file);
    assertSame(Keras.load(file).as(SequenceToVector.class), labels);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyCellComesBackWithTheSameBits(Cell cell) throws IOException {
    var model = SequenceToVector.of(Inputs.features(3),
        RecurrentStack.of(cell, 4).layers(2).bidirectional(Merge.SUM), Pooling.MEAN,
        Outputs.bits(2), 1);
    fill(model);
    var file = folder.resolve("model.keras");
    Keras.save(model, file);
    var again = Keras.load(file).as(SequenceToVector.class);
    assertSame(again, model);
  }

  @Test
  void aLanguageModelComesBackWithTheSameBits() throws IOException {
    var model = LanguageModel.of(7, Gru.cell(), 4);
    fill(model);
    var file = folder.resolve("model.keras");
    Keras.save(model, file);
    var again = Keras.load(file).importAsLanguageModel().model();
    assertThat(again.parameters().values()).isEqualTo(model.parameters().values());
  }

  /// From Keras, out again, and back.
  @ParameterizedTest
  @ValueSource(strings = {"classifier.keras", "before.keras", "hard.keras", "functional.keras"})
  void modelsOfKerasComeBack(String name) throws IOException {
    var model = Keras.load(FOLDER.resolve(name)).as(SequenceToVector.class);
    var file = folder.resolve("model.keras");
    Keras.save(model, file);
    var again = Keras.load(file).as(SequenceToVector.class);
    assertSame(again, model);
  }

  @Test
  void theSameModelIsTheSameFile() throws IOException {
    var model = Keras.load(FOLDER.resolve("tagger.keras")).as(SequenceToSequence.class);
    Keras.save(model, folder.resolve("a.keras"));
    Keras.save(model, folder.resolve("b.keras"));
    assertThat(folder.resolve("a.keras")).hasSameBinaryContentAs(folder.resolve("b.keras"));
    assertThat(new String(Files.readAllBytes(folder.resolve("a.keras")),
        ISO_8859_1)).doesNotContain("jHDF");
  }

  @Test
  void whatKerasHasNoLayerForIsNamed() throws IOException {
    var peephole = SequenceToVector.of(Inputs.features(3),
        RecurrentStack.of(Cells.minimalGatedUnit(), 4), Pooling.LAST, Outputs.numbers(1), 1);
    assertThatThrownBy(() -> Keras.save(peephole, folder.resolve("a.keras")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Cells.minimalGatedUnit().name()).hasMessageContaining("ONNX");
    var attention = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 4),
        Pooling.ATTENTION, Outputs.numbers(1), 1);
    assertThatThrownBy(() -> Keras.save(attention, folder.resolve("a.keras")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("attention pooling");
    assertThatThrownBy(() -> Keras.save(attention, folder.resolve("a.h5")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(".keras");
    assertThat(folder).isEmptyDirectory();
  }
}
