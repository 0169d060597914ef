package dev.unroll.app.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.PyTorch;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `unroll import`, and what the other commands do with what it writes.
class ImportCommandTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void begin() {
    commands = new Commands(folder);
  }

  private String said(String... args) {
    var result = commands.run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return result.out();
  }

  private void refused(String sentence, String... args) {
    var result = commands.run(args);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(sentence).doesNotContain("\tat ").hasLineCount(1);
  }

  private SequenceToVector classifier() throws IOException {
    var model = SequenceToVector.of(Inputs.features(2),
        RecurrentStack.of(Lstm.cell(), 3).layers(2), Outputs.classes(2));
    PyTorch.save(model, folder.resolve("weights.safetensors"));
    return model;
  }

  private void letters() throws IOException {
    PyTorch.save(LanguageModel.parts(5, 4, RecurrentStack.of(Gru.cell(), 6), 1).initialized(),
        folder.resolve("letters.safetensors"));
  }

  @Test
  void theListHasNameTypeAndShape() throws IOException {
    classifier();
    assertThat(said("import", "weights.safetensors", "--list")).contains(
        "safetensors file of 10 tensors", "rnn.weight_ih_l0  f32  [12, 2]",
        "output.bias       f32  [2]");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void aClassifierPredictsAsBefore() throws IOException {
    var model = classifier();
    Files.writeString(folder.resolve("labels.txt"), "no\nyes\n");
    var out = said("import", "weights.safetensors", "--labels", "labels.txt");
    assertThat(out).contains("taken to be a sequence to vector (--structure)",
        "layer1.Uf [3, 3] = rnn.weight_hh_l1, rows 3 … 5",
        "wrote " + folder.resolve("runs/weights-1/model.safetensors"));
    assertThat(said("info", "runs/weights-1")).contains("imported",
        "weights.safetensors, safetensors file", "2 labels: no yes");
    Files.writeString(folder.resolve("in.jsonl"), "{\"input\": [[1, 2], [3, 4]]}\n");
    var p = model.predictor().predict(new float[][] {{1, 2}, {3, 4}});
    assertThat(said("predict", "runs/weights-1", "in.jsonl"))
        .contains(p[0] > p[1] ? "\"label\":\"no\"" : "\"label\":\"yes\"",
            "\"probability\":" + Math.max(p[0], p[1]));
    Files.writeString(folder.resolve("test.jsonl"),
        "{\"input\": [[1, 2], [3, 4]], \"target\": \"no\"}\n");
    assertThat(said("evaluate", "runs/weights-1", "--data", "test.jsonl"))
        .contains("of the answers right");
  }

  @Test
  void aLanguageModelGeneratesAndIsTrainedFurther() throws IOException {
    letters();
    Files.writeString(folder.resolve("v.json"), "{\"a\": 1, \"b\": 2, \" \": 3, \"\\n\": 4}");
    assertThat(said("import", "letters.safetensors", "--vocabulary", "v.json", "--out", "lm"))
        .contains("taken to be a language model", "embedding.E [5, 4] = embedding.weight");
    assertThat(said("generate", "lm", "--length", "30", "--seed", "1")).hasSize(31);
    Files.writeString(folder.resolve("text.txt"), "ab ba\naab\n".repeat(40));
    assertThat(said("evaluate", "lm", "--data", "text.txt")).contains("nats per character");
    said("train", "text", "--data", "text.txt", "--from", "lm", "--batch", "4", "--time", "8",
        "--epochs", "2", "--lr", "0.02", "--threads", "1", "--out", "tuned", "--quiet");
    var tuned = Model.load(folder.resolve("tuned/model.safetensors"));
    assertThat(tuned.architecture())
        .isEqualTo(Model.load(folder.resolve("lm/model.safetensors")).architecture());
    assertThat(loss("tuned")).isLessThan(loss("lm"));
  }

  private double loss(String model) {
    var json = said("evaluate", model, "--data", "text.txt", "--json");
    return Double.parseDouble(json.replaceAll("(?s).*\"natsPerCharacter\":([0-9.eE-]+).*", "$1"));
  }

  @Test
  void whatGoesWithAModelToStartFromIsChecked() throws IOException {
    letters();
    Files.writeString(folder.resolve("v.json"), "[\"x\", \"a\", \"b\", \" \", \"\\n\"]");
    said("import", "letters.safetensors", "--vocabulary", "v.json", "--out", "lm");
    Files.writeString(folder.resolve("text.txt"), "ab ba\naab\n".repeat(40));
    refused("--hidden", "train", "text", "--data", "text.txt", "--from", "lm", "--hidden", "7");
    Files.writeString(folder.resolve("other.txt"), "xyz\n".repeat(40));
    refused("y", "train", "text", "--data", "other.txt", "--from", "lm", "--batch", "2",
        "--time", "4");
    classifier();
    said("import", "weights.safetensors", "--out", "classifier");
    refused("language model", "train", "text", "--data", "text.txt", "--from", "classifier");
  }

  @Test
  void runsGoToPyTorchAndBackWithTheSameBits() throws IOException {
    commands.text("text.txt", 300);
    said("train", "text", "--data", "text.txt", "--out", "run", "--hidden", "7", "--layers", "2",
        "--embedding", "5", "--batch", "4", "--time", "8", "--epochs", "1", "--threads", "1");
    assertThat(said("export", "run", "--to", "pytorch")).contains(
        "wrote " + folder.resolve("run/pytorch.safetensors"),
        "wrote " + folder.resolve("run/pytorch.py"),
        "symbols are places in the vocabulary, which is in the metadata");
    said("import", "run/pytorch.safetensors", "--out", "back");
    assertThat(Model.load(folder.resolve("back/model.safetensors")).parameters().values())
        .isEqualTo(Model.load(folder.resolve("run/model.safetensors")).parameters().values());
    refused("--opset is for --to onnx", "export", "run", "--to", "pytorch", "--opset", "17");
  }

  @Test
  void runsGoToOnnxAndBackWithTheSameBits() throws IOException {
    commands.text("text.txt", 300);
    said("train", "text", "--data", "text.txt", "--out", "run", "--hidden", "7", "--layers", "2",
        "--embedding", "5", "--batch", "4", "--time", "8", "--epochs", "1", "--threads", "1");
    said("export", "run", "--to", "onnx", "model.onnx");
    assertThat(said("import", "model.onnx", "--list")).contains("ONNX graph of ",
        "LSTM layer0: ", "hidden_size 7", "layer0/W");
    said("import", "model.onnx", "--out", "back");
    assertThat(Model.load(folder.resolve("back/model.safetensors")).parameters().values())
        .isEqualTo(Model.load(folder.resolve("run/model.safetensors")).parameters().values());
  }

  @Test
  void whatDoesNotFitIsSaidInASentence() throws IOException {
    classifier();
    refused("expected one of [last, mean, max, attention]", "import", "weights.safetensors",
        "--pooling", "sum");
    refused("has weights of its own", "import", "weights.safetensors", "--pooling", "attention");
    refused("no tensor under 'encoder'", "import", "weights.safetensors", "--prefix", "encoder");
    refused("nothing called x", "import", "weights.safetensors", "--leave-out", "x");
    refused("reads vectors, not symbols", "import", "weights.safetensors", "--vocabulary",
        "weights.py");
    refused("rnn.weight_ih_l1 is missing", "import", "weights.safetensors", "--leave-out",
        "rnn.weight_ih_l1");
    refused("there is no such file", "import", "none.pt");
    Files.writeString(folder.resolve("no.onnx"), "no");
    refused("no.onnx", "import", "no.onnx");
  }

  /// A vocabulary without its end was once filled up with symbols of no meaning.
  @Test
  void aVocabularyThatIsTooShortIsRefused() throws IOException {
    letters();
    Files.writeString(folder.resolve("v.json"), "{\"a\": 0, \"b\": 1, \"c\": 2}");
    refused("has 5 symbols (embedding.weight), but the vocabulary has 3", "import",
        "letters.safetensors", "--vocabulary", "v.json");
    classifier();
    Files.writeString(folder.resolve("labels.json"), "{\"no\": 0}");
    refused("has 2 classes, but there are 1 labels", "import", "weights.safetensors", "--labels",
        "labels.json");
  }

  /// A file that another part is asked of, and a model whose symbols nobody has named.
  @Test
  void messagesNameTheOptionThatHelps() throws IOException {
    letters();
    refused("has no parts; leave --part out", "import", "letters.safetensors", "--part", "ema");
    said("import", "letters.safetensors", "--out", "lm");
    refused("import it with --vocabulary FILE", "generate", "lm");
  }

  /// Vocabulary and labels of an exported file, which were once lost.
  @Test
  void anExportHasItsSymbolsAgain() throws IOException {
    letters();
    Files.writeString(folder.resolve("v.json"), "[\"x\", \"a\", \"b\", \" \", \"\\n\"]");
    said("import", "letters.safetensors", "--vocabulary", "v.json", "--out", "lm");
    said("export", "lm", "--to", "onnx", "model.onnx");
    assertThat(said("import", "model.onnx", "--out", "back")).contains("a language model");
    assertThat(said("generate", "back", "--length", "30", "--seed", "1"))
        .isEqualTo(said("generate", "lm", "--length", "30", "--seed", "1"));
  }

  /// Options once were ignored without a word.
  @Test
  void optionsWithoutUseAreRefused() throws IOException {
    letters();
    classifier();
    said("import", "weights.safetensors", "--out", "run");
    said("export", "run", "--to", "onnx", "model.onnx");
    said("export", "run", "--to", "keras", "model.keras");
    refused("--pooling makes one answer of all steps, but a language-model answers at each step",
        "import", "letters.safetensors", "--pooling", "mean");
    refused("but a sequence-to-sequence answers at each step", "import", "weights.safetensors",
        "--structure", "sequence-to-sequence", "--pooling", "max");
    refused("--labels has no use for a language-model", "import", "letters.safetensors",
        "--structure", "language-model", "--labels", "v.json");
    refused("--outputs bits has no use for a language-model", "import", "letters.safetensors",
        "--structure", "language-model", "--outputs", "bits");
    refused("--relu is for an nn.RNN", "import", "weights.safetensors", "--relu");
    refused("--relu is for an nn.RNN", "import", "model.onnx", "--relu");
    refused("--relu is for an nn.RNN", "import", "model.keras", "--relu");
    for (var file : List.of("weights.safetensors", "model.onnx")) {
      refused("--recurrent-activation is for a file of Keras", "import", file,
          "--recurrent-activation", "sigmoid");
    }
    refused("the recurrent activation sigmoid has no use", "import", "model.keras",
        "--recurrent-activation", "sigmoid");
    for (var file : List.of("weights.safetensors", "model.onnx", "model.keras")) {
      refused("makes one answer by last pooling, but mean is asked for", "import", file,
          "--pooling", "mean");
      said("import", file, "--pooling", "last");
    }
    refused("--pooling has no use with --list", "import", "model.onnx", "--list", "--pooling",
        "mean");
  }

  /// The cure once was "unroll onnx run", or "save weights", where neither works.
  @Test
  void curesAreOnesThatWork() throws IOException {
    classifier();
    said("import", "weights.safetensors", "--out", "run");
    said("export", "run", "--to", "onnx", "model.onnx");
    byte[] bytes = Files.readAllBytes(folder.resolve("model.onnx"));
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(folder.resolve("other.onnx"),
        text.replace("Softmax", "Softmin").getBytes(StandardCharsets.ISO_8859_1));
    refused("cannot be run by unroll onnx run either, which has no Softmin", "import",
        "other.onnx");
    Files.createDirectory(folder.resolve("none"));
    refused("none is a folder without manifest.json", "import", "none");
    Files.write(folder.resolve("model.bin"), bytes);
    assertThat(said("import", "model.bin")).contains("ONNX graph");
  }

  /// A number of a label without limit once ran out of Unicode.
  @Test
  void labelsWithAGapAreRefused() throws IOException {
    classifier();
    Files.writeString(folder.resolve("gap.json"), "{\"a\": 0, \"b\": 9999999}");
    refused("gap.json has 2 texts for the numbers 0 … 9999999, so that 9999998 have none",
        "import", "weights.safetensors", "--labels", "gap.json");
  }

  /// The pooling of a classifier once became the last state, and its labels were lost.
  @ParameterizedTest
  @CsvSource({"pytorch, model.safetensors", "keras, model.keras"})
  void anExportOfAClassifierAnswersTheSame(String format, String file) throws IOException {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Lstm.cell(), 3),
        Pooling.MEAN, Outputs.classes(2).named(Tokens.of(List.of("no", "yes"))), 1);
    model.save(folder.resolve("run.safetensors"));
    said("export", "run.safetensors", "--to", format, file);
    said("import", file, "--out", "back");
    assertThat(((SequenceToVector) Model.load(folder.resolve("back/model.safetensors")))
        .architecture()).isEqualTo(model.architecture());
    Files.writeString(folder.resolve("in.jsonl"), "{\"input\": [[1, 2], [3, 4], [-1, 0]]}\n");
    assertThat(said("predict", "back", "in.jsonl"))
        .isEqualTo(said("predict", "run.safetensors", "in.jsonl")).contains("\"label\":");
  }

  /// An exported language model, which knew its symbols only from ONNX.
  @ParameterizedTest
  @CsvSource({"pytorch, model.safetensors", "keras, model.keras"})
  void anExportOfALanguageModelWritesTheSame(String format, String file) throws IOException {
    letters();
    Files.writeString(folder.resolve("v.json"), "[\"x\", \"a\", \"b\", \" \", \"\\n\"]");
    said("import", "letters.safetensors", "--vocabulary", "v.json", "--out", "lm");
    said("export", "lm", "--to", format, file);
    assertThat(said("import", file, "--out", "back")).contains("a language model");
    assertThat(said("generate", "back", "--length", "30", "--seed", "1"))
        .isEqualTo(said("generate", "lm", "--length", "30", "--seed", "1"));
  }

  /// A model as a file of Keras, and back; what is in it, and what is left out.
  @Test
  void filesOfKerasAreImportedAndWritten() throws IOException {
    var model = classifier();
    said("import", "weights.safetensors", "--out", "run");
    assertThat(said("export", "run", "--to", "keras")).contains("model.keras");
    assertThat(said("import", "run/model.keras", "--list")).contains(
        "Keras model 3.0.0 of 4 layers",
        "layers/lstm_1/cell/vars/2", "float32", "[12]", "lstm_1 LSTM, 3 arrays");
    assertThat(said("import", "run/model.keras", "--out", "again"))
        .contains("layer1.Wo [3, 3] = layers/lstm_1/cell/vars/0, columns 9 … 11, transposed");
    assertThat(Model.load(folder.resolve("again/model.safetensors")).parameters().values())
        .isEqualTo(model.parameters().values());
    assertThat(said("import", "run/model.keras", "--leave-out", "dense", "--out", "states"))
        .contains("there is no output layer");
    refused("no layer 'lstm_2'; it has input, lstm, lstm_1, dense", "import", "run/model.keras",
        "--leave-out", "lstm_2");
    refused("--part and --prefix are for checkpoints of PyTorch", "import", "run/model.keras",
        "--prefix", "a");
    refused("--opset is for --to onnx", "export", "run", "--to", "keras", "--opset", "17");
    refused("files that end with .keras", "export", "run", "--to", "keras", "model.h5");
  }

  /// A folder of TensorFlow's variables, with a vocabulary that has lost its u.
  @Test
  void aFolderOfVariablesBecomesALanguageModel() throws IOException {
    Files.createDirectory(folder.resolve("tf"));
    variable("embedding", 3 * 2);
    variable("basic_lstm_cell_kernel", (2 + 4) * 16);
    variable("basic_lstm_cell_bias", 16);
    variable("softmax_w", 4 * 3);
    variable("softmax_b", 3);
    Files.writeString(folder.resolve("tf/manifest.json"), """
        {"embedding": {"filename": "embedding", "shape": [3, 2]},
         "basic_lstm_cell/kernel": {"filename": "basic_lstm_cell_kernel", "shape": [6, 16]},
         "basic_lstm_cell/bias": {"filename": "basic_lstm_cell_bias", "shape": [16]},
         "softmax_w": {"filename": "softmax_w", "shape": [4, 3]},
         "softmax_b": {"filename": "softmax_b", "shape": [3]}}
        """);
    Files.writeString(folder.resolve("vocab.json"), "{\"\": 1, \"  \": 0, \"n\": 2}");
    assertThat(said("import", "tf", "--vocabulary", "vocab.json", "--out", "run"))
        .contains("lost the letters u and U", "symbols 0 and 1", "taken to be a language model");
    Files.writeString(folder.resolve("text.txt"), "unUnuUUnnu");
    assertThat(said("evaluate", "run", "--data", "text.txt", "--split", "all", "--streams", "1"))
        .contains("nats per character");
    assertThat(said("import", "tf", "--list")).contains("basic_lstm_cell/kernel", "[6, 16]");
  }

  private void variable(String name, int elements) throws IOException {
    byte[] bytes = new byte[elements * Float.BYTES];
    for (int i = 0; i < bytes.length; i += Float.BYTES) {
      // 0.5 or −0.5, the smallest byte first.
      bytes[i + 3] = (byte) (i % 3 == 0 ? 0x3f : 0xbf);
    }
    Files.write(folder.resolve("tf").resolve(name), bytes);
  }
}
