package dev.unroll.app.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.unroll.app.Commands;
import dev.unroll.cell.Lstm;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
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

  /// A run goes on with the states that another one has written; those that are not given are zeros,
  /// and pairs that are named are the only ones carried.
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
    "--context is for chunks; --state --context; 3", "--chunk is -1; --chunk; -1"})
  void whatCannotBeIsSaid(String line) {
    var parts = line.split("; ");
    var args = new ArrayList<>(List.of(parts[1].split(" ")));
    args.add(parts[2]);
    var result = run(args.toArray(String[]::new));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(parts[0]).hasLineCount(1);
  }

  /// Silero VAD hears what it hears in ONNX Runtime: chunks of 512 samples, each with the last 64 of
  /// the one before; `-Dunroll.onnx.models` says where it lies, docs/results/onnx.md where it comes
  /// from.
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
    if (file.contains("op15")) {
      args.addAll(List.of("--input", "sr=rate.npy"));
    }
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
