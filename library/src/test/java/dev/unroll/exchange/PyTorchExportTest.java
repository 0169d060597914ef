package dev.unroll.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our models under PyTorch's names, and back.
class PyTorchExportTest {
  @TempDir
  Path folder;

  enum Kind {
    RNN, RELU, GRU, LSTM, PROJECTED;

    Cell cell() {
      return switch (this) {
        case RNN -> SimpleRnn.of(Function.TANH);
        case RELU -> SimpleRnn.of(Function.RELU);
        case GRU -> Gru.cell();
        case LSTM -> Lstm.cell();
        case PROJECTED -> Cells.projectedLstm();
      };
    }

    RecurrentStack stack() {
      var stack = RecurrentStack.of(cell(), 5).layers(2);
      return this == PROJECTED ? stack.size("P", 3) : stack;
    }
  }

  /// Values that tell things apart, negative zeros among them.
  private static <M extends Structure> M filled(M model) {
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 17 == 0 ? -0f : (float) Math.sin(i);
    }
    return model;
  }

  private Path saved(Structure model) throws IOException {
    var file = folder.resolve("model.safetensors");
    PyTorch.save(model, file);
    return file;
  }

  private static void assertSameBits(Structure found, Structure expected) {
    assertThat(found.parameters().blocks()).isEqualTo(expected.parameters().blocks());
    assertThat(bits(found)).isEqualTo(bits(expected));
  }

  private static int[] bits(Structure model) {
    float[] values = model.parameters().values();
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @ParameterizedTest
  @EnumSource
  void weightsComeBackWithTheSameBits(Kind kind) throws IOException {
    var both = filled(SequenceToVector.of(Inputs.symbols(7, 4),
        kind.stack().bidirectional(Merge.CONCATENATE), Outputs.classes(6)));
    var torch = PyTorch.load(saved(both));
    assertSameBits(
        (kind == Kind.RELU ? torch.rectified() : torch).as(SequenceToVector.class), both);
    var one = filled(SequenceToSequence.of(Inputs.features(4), kind.stack(), Outputs.numbers(2)));
    torch = PyTorch.load(saved(one)).outputs(Outputs.numbers(2));
    assertSameBits(
        (kind == Kind.RELU ? torch.rectified() : torch).as(SequenceToSequence.class), one);
  }

  /// Structure, pooling, loss, vocabulary and labels, which were once lost: classes instead of
  /// numbers, the last state instead of the mean.
  @Test
  void whatWeightsDoNotSayIsInTheMetadata() throws IOException {
    for (var pooling : List.of(Pooling.LAST, Pooling.MEAN, Pooling.MAX)) {
      var model = SequenceToVector.of(Inputs.symbols(3, 4).named(Tokens.of(List.of("a", "b", "c"))),
          Kind.RELU.stack(), pooling,
          Outputs.classes(2).named(Tokens.of(List.of("no", "yes"))), 1);
      assertThat(PyTorch.load(saved(model)).as(SequenceToVector.class).architecture())
          .isEqualTo(model.architecture());
    }
    var steps = SequenceToSequence.of(Inputs.features(4), Kind.GRU.stack(),
        Outputs.numbers(2).activation(Function.TANH).loss(Loss.huber(0.5)));
    assertThat(PyTorch.load(saved(steps)).as(SequenceToSequence.class).architecture())
        .isEqualTo(steps.architecture());
    assertThat(PyTorch.load(folder.resolve("model.safetensors")).network().form())
        .isEqualTo(Form.SEQUENCE_TO_SEQUENCE);
    var quantiles = SequenceToVector.of(Inputs.features(4), Kind.LSTM.stack(),
        Outputs.numbers(6).loss(Loss.quantile(0.1, 0.5, 0.9)));
    assertThat(PyTorch.load(saved(quantiles)).as(SequenceToVector.class).architecture())
        .isEqualTo(quantiles.architecture());
    var letters = LanguageModel.parts(3, 5, RecurrentStack.of(Gru.cell(), 5), 1).initialized();
    assertThat(PyTorch.load(saved(letters)).network().form()).isEqualTo(Form.LANGUAGE_MODEL);
  }

  /// It once won over the file where it was not the last, and was ignored where it was.
  @Test
  void anotherPoolingThanThatOfTheFileIsRefused() throws IOException {
    var file = saved(SequenceToVector.of(Inputs.features(4), Kind.LSTM.stack(), Pooling.MEAN,
        Outputs.classes(2), 1));
    assertThatThrownBy(
        () -> PyTorch.load(file).pooling(Pooling.LAST).as(SequenceToVector.class))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("by mean pooling, but last is asked for; leave --pooling out");
  }

  /// The scaling is in the Python file alone, which an import once did not say.
  @Test
  void aScalingThatIsNotInTheFileIsSaid() throws IOException {
    var model = SequenceToVector.of(
        Inputs.features(1).scaled(new Scaling(new double[] {1}, new double[] {3})),
        Kind.GRU.stack(),
        Outputs.numbers(1));
    assertThat(PyTorch.load(saved(model)).importAs(SequenceToVector.class).remarks())
        .anyMatch(remark -> remark.contains("scales its inputs itself"));
  }

  @Test
  void tiedVectorsComeBackTied() throws IOException {
    var parts = LanguageModel.parts(9, 5, RecurrentStack.of(Gru.cell(), 5), 1);
    var model = filled(parts.with(parts.outputs().tie()).initialized());
    var file = saved(model);
    assertThat(Safetensors.read(file).tensors()).doesNotContainKey("output.weight");
    var again = PyTorch.load(file).importAsLanguageModel().model();
    assertThat(again.architecture().outputs().tied()).isTrue();
    assertSameBits(again, model);
  }

  @Test
  void namesAndShapesAreThoseOfPyTorch() throws IOException {
    var model = filled(SequenceToVector.of(Inputs.symbols(7, 4),
        Kind.LSTM.stack().bidirectional(Merge.CONCATENATE), Outputs.classes(6)));
    var tensors = Safetensors.read(saved(model)).tensors();
    assertThat(tensors.keySet()).contains("embedding.weight", "rnn.weight_ih_l0",
        "rnn.weight_hh_l1_reverse", "rnn.bias_hh_l0", "output.weight", "output.bias");
    assertThat(tensors.get("rnn.weight_ih_l1").shape()).containsExactly(20, 10);
  }

  /// PyTorch 1.13.1 ran 35 such files, of every kind below with every pooling in one and in two
  /// directions and tied language models, and gave our answers to 3e-6; here it is enough that they
  /// are Python.
  @ParameterizedTest
  @EnumSource
  void thePythonFileCanBeCompiled(Kind kind) throws IOException, InterruptedException {
    Assumptions.assumeTrue(hasPython(), "python3 is not installed");
    var model = filled(SequenceToVector.of(
        Inputs.features(2).scaled(new Scaling(new double[] {1, 2}, new double[] {3, 1e-9})),
        kind.stack().bidirectional(Merge.CONCATENATE).dropout(0.25), Pooling.MEAN,
        Outputs.numbers(1).activation(Function.TANH), 1));
    PyTorch.save(model, folder.resolve("a\"b\\ü.safetensors"));
    assertCompiles(folder.resolve("a\"b\\ü.py"));
    saved(LanguageModel.parts(9, 5, kind.stack(), 1).initialized());
    assertCompiles(folder.resolve("model.py"));
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor(60, TimeUnit.SECONDS);
    } catch (IOException _) {
      return false;
    }
  }

  private static void assertCompiles(Path python) throws IOException, InterruptedException {
    assertThat(Files.readAllLines(python)).allSatisfy(
        line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
    var process = new ProcessBuilder("python3", "-m", "py_compile", python.toString())
        .redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /// A Python file of the user was replaced; and a second file that could not be written left the
  /// first one.
  @Test
  void aPythonFileOfSomebodyElseStays() throws IOException {
    var model = SequenceToVector.of(Inputs.features(2), Kind.GRU.stack(), Outputs.classes(2));
    var python = folder.resolve("model.py");
    Files.writeString(python, "print('mine')\n");
    assertThatThrownBy(() -> saved(model)).isInstanceOf(IOException.class)
        .hasMessageContaining(python + " is there already and was not written by Unroll");
    assertThat(python).hasContent("print('mine')\n");
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
    Files.delete(python);
    Files.createDirectory(python);
    assertThatThrownBy(() -> saved(model)).isInstanceOf(IOException.class)
        .hasMessageContaining("it is a folder");
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
    Files.delete(python);
    saved(model);
    saved(model);
    assertThat(python).content().startsWith("# Written by Unroll");
  }

  @Test
  void theEndingOfAPickleIsRefused() {
    var model = SequenceToVector.of(Inputs.features(2), Kind.GRU.stack(), Outputs.classes(2));
    for (var name : List.of("w.pt", "w.PTH", "w.ckpt")) {
      assertThatThrownBy(() -> PyTorch.save(model, folder.resolve(name)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("give it the ending .safetensors");
      assertThat(folder).isEmptyDirectory();
    }
  }

  /// Quantiles in the scale of a forecaster's windows were called numbers in the units of the data.
  @Test
  void predictSaysWhatItGives() throws IOException {
    saved(SequenceToVector.of(Inputs.features(2), Kind.GRU.stack(),
        Outputs.numbers(2).loss(Loss.quantile(0.1, 0.5))));
    assertThat(folder.resolve("model.py")).content().contains(
        "The quantiles 0.1, 0.5 of each number", "in the scale of the targets that the network")
        .doesNotContain("units of the data");
    saved(SequenceToVector.of(Inputs.features(2), Kind.GRU.stack(),
        Outputs.numbers(1).scaled(new Scaling(new double[] {1}, new double[] {3}))));
    assertThat(folder.resolve("model.py")).content()
        .contains("\"\"\"The numbers, in the units of the data.\"\"\"");
  }

  @Test
  void whatPyTorchHasNoModuleForIsNamed() {
    refused(SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Cells.peepholeLstm(), 3),
        Outputs.classes(2)), "the cell lstm-peephole");
    refused(SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Cells.gruResetBefore(), 3),
        Outputs.classes(2)), "the cell gru-reset-before");
    refused(SequenceToVector.of(Inputs.features(2), Kind.LSTM.stack().residual(),
        Outputs.classes(2)), "residual");
    refused(SequenceToVector.of(Inputs.features(2), Kind.LSTM.stack().bidirectional(Merge.SUM),
        Outputs.classes(2)), "added");
    refused(SequenceToVector.of(Inputs.features(2), Kind.LSTM.stack(), Pooling.ATTENTION,
        Outputs.classes(2), 1), "attention");
    refused(SequenceToVector.of(Inputs.features(2), Kind.LSTM.stack().learnedStart(),
        Outputs.classes(2)), "initial states");
    refused(SequenceToSequence.of(Inputs.features(2), Kind.LSTM.stack(), Outputs.tags(3)),
        "chain");
    refused(SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Lstm.cell().heads(2), 4),
        Outputs.classes(2)), "block-diagonal matrices (heads)");
  }

  private void refused(Structure model, String what) {
    var file = folder.resolve("refused.safetensors");
    assertThatThrownBy(() -> PyTorch.save(model, file))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what);
    assertThat(file).doesNotExist();
  }
}
