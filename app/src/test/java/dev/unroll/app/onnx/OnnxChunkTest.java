package dev.unroll.app.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.unroll.app.Commands;
import dev.unroll.cell.Lstm;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `unroll onnx run --chunk N --state`: a model chunk by chunk, its states carried.
class OnnxChunkTest {
  private static final int TIME = 10;
  private static final int BATCH = 3;
  private static final int CLASSES = 5;

  @TempDir
  private Path folder;

  /// Two layers of LSTM with four states, of which the model says `[batch, 6]`.
  @BeforeEach
  void write() throws IOException {
    var model = LanguageModel.parts(CLASSES, 4, RecurrentStack.of(Lstm.cell(), 6).layers(2), 1)
        .initialized();
    OnnxExport.of(model).withStates().write(folder.resolve("m.onnx"));
    var symbols = new long[TIME * BATCH];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = (i * 7L + i / 4) % CLASSES;
    }
    OnnxTensor.of(symbols, TIME, BATCH).write(folder.resolve("x.npy"));
  }

  private Commands.Result run(String... more) {
    var args = new ArrayList<>(List.of("onnx", "run", "m.onnx", "--input", "symbols=x.npy"));
    args.addAll(List.of(more));
    return new Commands(folder).run(args);
  }

  private OnnxTensor ran(String out, String output, String... more) throws IOException {
    var all = new ArrayList<>(List.of(more));
    all.addAll(List.of("--output", out));
    var result = run(all.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return OnnxTensor.read(folder.resolve(out).resolve(output + ".npy"));
  }

  /// The outputs and the last states have the bits of a run of all steps at once, whatever the
  /// length of a chunk, also where the last one is shorter.
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 10, 99})
  void chunksGiveWhatOneRunGives(int chunk) throws IOException {
    var whole = ran("whole", "probabilities", "--state");
    assertThat(whole.shape()).containsExactly(TIME, BATCH, CLASSES);
    var parts = ran("parts", "probabilities", "--state", "--chunk", Integer.toString(chunk),
        "--axis", "0");
    assertThat(parts.shape()).containsExactly(whole.shape());
    assertThat(parts.floats()).containsExactly(whole.floats());
    for (var state : List.of("layer0_h_next", "layer1_c_next")) {
      assertThat(OnnxTensor.read(folder.resolve("parts/" + state + ".npy")).floats())
          .containsExactly(OnnxTensor.read(folder.resolve("whole/" + state + ".npy")).floats());
    }
  }

  /// A run goes on with the states that another one has written; those that are not given are
  /// zeros, and pairs that are named are the only ones carried.
  @Test
  void statesCanBeGivenAndNamed() throws IOException {
    var whole = ran("whole", "probabilities", "--state", "--chunk", "5", "--axis", "0");
    var symbols = OnnxTensor.read(folder.resolve("x.npy"));
    symbols.slice(0, 0, 5).write(folder.resolve("x.npy"));
    ran("first", "probabilities", "--state");
    symbols.slice(0, 5, 10).write(folder.resolve("x.npy"));
    var given = new ArrayList<String>();
    for (var state : List.of("layer0_h", "layer0_c", "layer1_h", "layer1_c")) {
      given.addAll(List.of("--input", state + "=first/" + state + "_next.npy", "--state",
          state + "=" + state + "_next"));
    }
    var second = ran("second", "probabilities", given.toArray(String[]::new));
    assertThat(second.floats()).containsExactly(whole.slice(0, 5, 10).floats());
    assertThat(run("--state", "layer0_h=layer0_h_next").err())
        .contains("input layer0_c is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--state h, expected an input and its output; --state; h",
    "there is no input h; --state; h=layer0_h_next", "there is no output n; --state; layer0_h=n",
    "no input that is given can be divided along axis 2; --state --chunk 5 --axis; 2",
    "--context is for chunks; --state --context; 3", "--chunk is -1; --chunk; -1",
    "--chunk is 0, expected; --chunk; 0", "--axis is for chunks; --axis; 7",
    "--axis is for chunks; --state --axis; 0",
    "--axis 1 is the axis batch of input symbols; --state --chunk 2 --axis; 1",
    "--state layer0_h is given more than once, with layer0_h_next and layer0_c_next; "
        + "--state layer0_h=layer0_h_next --state; layer0_h=layer0_c_next",
    "--state layer0_h is given more than once; --state --state; layer0_h=layer0_c_next",
    "--state layer0_c is given more than once; --state --chunk 2 --state --axis; 0",
    "the output layer0_h_next is given more than once, for layer0_h and layer0_c; "
        + "--state layer0_h=layer0_h_next --state; layer0_c=layer0_h_next",
    "--input symbols is given more than once; --input; symbols=m.onnx",
    "--input symbols is given more than once; --state; --input=symbols=x.npy"})
  void whatCannotBeIsSaid(String line) {
    var parts = line.split("; ");
    var args = new ArrayList<>(List.of(parts[1].split(" ")));
    args.add(parts[2]);
    var result = run(args.toArray(String[]::new));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(parts[0]).hasLineCount(1);
  }

  /// The axis was 1 unless said, which is the batch of our own exports: states `[3, 6]` of some
  /// sequences went into others.
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10})
  void theAxisIsTheOneThatTheModelCallsTime(int chunk) throws IOException {
    var whole = ran("whole", "probabilities", "--state");
    var parts = ran("parts", "probabilities", "--state", "--chunk", Integer.toString(chunk));
    assertThat(parts.shape()).containsExactly(TIME, BATCH, CLASSES);
    assertThat(parts.floats()).containsExactly(whole.floats());
    assertThat(OnnxTensor.read(folder.resolve("parts/layer0_h_next.npy")).shape())
        .containsExactly(BATCH, 6);
  }

  /// Without states nothing goes from one to the other, so the batch may be divided; the lengths,
  /// which have that axis first, are divided with it.
  @Test
  void aBatchWithoutStatesIsDivided() throws IOException {
    var model = LanguageModel.parts(CLASSES, 4, RecurrentStack.of(Lstm.cell(), 6), 1)
        .initialized();
    OnnxExport.of(model).write(folder.resolve("m.onnx"));
    OnnxTensor.of(new long[] {10, 4, 7}, BATCH).write(folder.resolve("n.npy"));
    var whole = ran("whole", "probabilities", "--input", "lengths=n.npy");
    var parts = ran("parts", "probabilities", "--input", "lengths=n.npy", "--chunk", "2",
        "--axis", "1");
    assertThat(parts.shape()).containsExactly(TIME, BATCH, CLASSES);
    assertThat(parts.floats()).containsExactly(whole.floats());
  }

  /// Probabilities `[batch, classes]` of all chunks were put one under the other.
  @Test
  void ofAnOutputWithoutTheAxisTheLastStays() throws IOException {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Lstm.cell(), 9),
        Outputs.classes(CLASSES));
    OnnxExport.of(model).withStates().write(folder.resolve("m.onnx"));
    var values = new float[TIME * 4 * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3;
    }
    OnnxTensor.of(values, TIME, 4, 2).write(folder.resolve("f.npy"));
    var args = new ArrayList<>(List.of("onnx", "run", "m.onnx", "--input", "features=f.npy",
        "--state", "--output", "whole"));
    assertThat(new Commands(folder).run(args).err()).isEmpty();
    args.set(args.size() - 1, "parts");
    args.addAll(List.of("--chunk", "3"));
    var result = new Commands(folder).run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("probabilities float32 [4, 5], of the last chunk, in ")
        .contains("_next float32 [4, 9], in ");
    assertThat(OnnxTensor.read(folder.resolve("parts/probabilities.npy")).floats())
        .containsExactly(OnnxTensor.read(folder.resolve("whole/probabilities.npy")).floats());
    args.addAll(List.of("--axis", "1"));
    assertThat(new Commands(folder).run(args).err())
        .contains("--axis 1 is the axis batch of input features float32 [time, batch, 2], which the"
            + " state layer0_c float32 [batch, 9] has too",
            "leave --axis out to divide along time, axis 0")
        .hasLineCount(1);
  }

  /// A model `y = x + h, hn = y` whose shapes are as they are said; h is carried.
  private Commands.Result adds(List<String> x, List<String> h, OnnxTensor tensor, String... more)
      throws IOException {
    Files.write(folder.resolve("m.onnx"), AddsState.model(x, h));
    tensor.write(folder.resolve("x.npy"));
    var args = new ArrayList<>(List.of("onnx", "run", "m.onnx", "--input", "x=x.npy"));
    args.addAll(List.of(more));
    return new Commands(folder).run(args);
  }

  @Test
  void anAxisOfTimeWithoutANameHasToBeGiven() throws IOException {
    var x = OnnxTensor.of(new float[] {1, 2, 3, 4}, 1, 4);
    assertThat(adds(List.of("n", "m"), List.of("n", "1"), x, "--state", "--chunk", "1").err())
        .contains("--axis is missing: the inputs that are given have no axis of time by name")
        .hasLineCount(1);
    assertThat(adds(List.of("n", "m"), List.of("n", "1"), x, "--state", "--chunk", "1", "--axis",
        "1").err()).isEmpty();
  }

  /// An axis `?` of the state got the size of the unrelated `?` of x, and a model that does not say
  /// its axes carried a state of some sequences into others.
  @Test
  void aStateKeepsItsShape() throws IOException {
    var x = OnnxTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    var result = adds(List.of("?", "?"), List.of("?", "?"), x, "--state", "--chunk", "2", "--axis",
        "0");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("the state h is float32 [1, 1] before a chunk, and hn,"
        + " float32 [2, 2], after it", "--axis").hasLineCount(1);
    var one = adds(List.of("?", "?"), List.of("?", "?"), OnnxTensor.of(new float[] {1, 2}, 2, 1),
        "--state", "--chunk", "1", "--axis", "0");
    assertThat(one.err()).isEmpty();
    assertThat(one.out()).contains("y float32 [2, 1]", "hn float32 [1, 1]");
  }

  /// Silero VAD hears what it hears in ONNX Runtime: chunks of 512 samples, each with the last 64
  /// of the one before; `-Dunroll.onnx.models` says where it lies, docs/results/onnx.md where it
  /// comes from.
  @ParameterizedTest
  @ValueSource(strings = {"silero_vad_16k_op15.onnx", "silero_vad_openvino_16k.onnx"})
  void sileroHearsSpeech(String file) throws IOException {
    assumeThat(System.getProperty("unroll.onnx.models")).isNotNull();
    var home = Path.of(System.getProperty("unroll.onnx.models"), "pretrained-silero-vad");
    var wav = ByteBuffer.wrap(Files.readAllBytes(home.resolve("test.wav")))
        .order(ByteOrder.LITTLE_ENDIAN).position(44);
    var samples = new float[wav.remaining() / 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = wav.getShort() / 32768f;
    }
    OnnxTensor.of(samples, 1, samples.length).write(folder.resolve("audio.npy"));
    OnnxTensor.of(new long[] {16000}).write(folder.resolve("rate.npy"));
    var args = new ArrayList<>(List.of("onnx", "run", home.resolve(file).toString(), "--input",
        "input=audio.npy", "--chunk", "512", "--context", "64", "--state", "--pad", "--output",
        "out"));
    // One says "sequence", the other has numbers alone.
    args.addAll(file.contains("op15") ? List.of("--input", "sr=rate.npy") : List.of("--axis", "1"));
    var result = new Commands(folder).run(args);
    assertThat(result.err()).isEmpty();
    var expected = Files.readAllLines(home.resolve("reference/silero_vad_16k_op15.csv")).stream()
        .skip(1).map(row -> Float.parseFloat(row.split(",")[1])).toList();
    var found = OnnxTensor.read(folder.resolve("out/output.npy"));
    assertThat(found.shape()).containsExactly(1, expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.floats()[i]).isCloseTo(expected.get(i), Offset.offset(1e-4f));
    }
    assertThat(OnnxTensor.read(folder.resolve("out/stateN.npy")).shape())
        .containsExactly(2, 1, 128);
  }
}
