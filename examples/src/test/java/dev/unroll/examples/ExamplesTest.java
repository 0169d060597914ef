package dev.unroll.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.layer.Merge;
import dev.unroll.model.Feeding;
import dev.unroll.table.Sentences;
import dev.unroll.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every example in a small setting: it runs to its end, and its loss falls.
class ExamplesTest {
  private static final Path SUNSPOTS = Path.of("data/monthly-sunspots.csv");

  /// The slots of SNIPS, in a data set of its form: 3 utterances to train on, of which 1 validates,
  /// and 1 to test.
  @Test
  void snipsSlots(@TempDir Path folder) throws IOException {
    var utterance = "{\"data\": [{\"text\": \"Add it to \"}, {\"text\": \"Young at Heart\", "
        + "\"entity\": \"playlist\"}, {\"text\": \", please.\"}]}";
    Files.writeString(folder.resolve("train_Add_full.json"),
        "{\"Add\": [%s, %s, %s]}".formatted(utterance, utterance, utterance));
    Files.writeString(folder.resolve("validate_Add.json"), "{\"Add\": [%s]}".formatted(utterance));
    var to = folder.resolve("out");
    SnipsSlots.run(folder, to, 1);
    assertThat(Files.readAllLines(to.resolve("train.jsonl"))).hasSize(2);
    assertThat(Files.readAllLines(to.resolve("dev.jsonl"))).hasSize(1);
    var test = Sentences.read(to.resolve("test.jsonl"));
    assertThat(test.tokens(0))
        .containsExactly("Add", "it", "to", "Young", "at", "Heart", ",", "please", ".");
    assertThat(test.tags(0)).containsExactly("O", "O", "O", "B-playlist", "I-playlist",
        "I-playlist", "O", "O", "O");
  }

  /// Pauses of two chunks and speech of seven are too short to count; a recording may end in
  /// speech.
  @Test
  void segmentsOfSpeech() {
    float[] heard = new float[60];
    Arrays.fill(heard, 5, 20, 0.9f);
    Arrays.fill(heard, 10, 12, 0.1f);
    Arrays.fill(heard, 13, 15, 0.4f); // between the two limits
    Arrays.fill(heard, 30, 37, 0.9f);
    Arrays.fill(heard, 50, 60, 0.9f);
    assertThat(SpeechSegments.segments(heard)).containsExactly(new SpeechSegments.Segment(5, 20),
        new SpeechSegments.Segment(50, 60));
  }

  @Test
  void recordingsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
    var file = folder.resolve("sound.wav");
    new Wav(new float[] {0, 0.5f, -1, 2, -0.25f}, 16_000).write(file);
    assertThat(Wav.read(file, 16_000).samples()).containsExactly(0, 0.5f, -1, 32767f / 32768,
        -0.25f);
    assertThatIllegalArgumentException().isThrownBy(() -> Wav.read(file, 8_000))
        .withMessageContaining("expected one channel of 16 bits at 8000 Hz");
  }

  /// The answers of ONNX Runtime 1.30 are in `reference` beside the model.
  @Test
  @EnabledIfEnvironmentVariable(named = "UNROLL_DATA", matches = ".+")
  void speechSegments() throws IOException {
    var folder = Path.of(System.getenv("UNROLL_DATA"), "pretrained-silero-vad");
    float[] heard =
        SpeechSegments.run(folder.resolve("silero_vad_16k_op15.onnx"), folder.resolve("test.wav"));
    var reference = Table.csv(folder.resolve("reference/silero_vad_16k_op15.csv"));
    double[] expected = reference.columns().getLast().numbers();
    assertThat(heard).hasSameSizeAs(expected);
    for (int k = 0; k < heard.length; k++) {
      assertThat((double) heard[k]).isCloseTo(expected[k], within(1e-4));
    }
    assertThat(SpeechSegments.segments(heard)).hasSizeGreaterThan(3);
  }

  /// Where nobody speaks, less is left than where somebody does.
  @Test
  @EnabledIfEnvironmentVariable(named = "UNROLL_DATA", matches = ".+")
  void denoised(@TempDir Path out) throws IOException {
    var data = Path.of(System.getenv("UNROLL_DATA"));
    float[] noise = new float[32_000];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = 0.05f * ((i * 7919 + i / 3 * 104_729) % 1000 / 500f - 1);
    }
    new Wav(noise, 16_000).write(out.resolve("noise.wav"));
    Denoised.run(data.resolve("pretrained-dtln"), out.resolve("noise.wav"),
        out.resolve("quiet.wav"));
    assertThat(power(Wav.read(out.resolve("quiet.wav"), 16_000).samples()))
        .isLessThan(power(noise) / 10);
    var speech = Wav.read(data.resolve("pretrained-silero-vad/test.wav"), 16_000).samples();
    float[] some = Arrays.copyOfRange(speech, 32_000, 64_000);
    new Wav(some, 16_000).write(out.resolve("speech.wav"));
    Denoised.run(data.resolve("pretrained-dtln"), out.resolve("speech.wav"),
        out.resolve("clean.wav"));
    float[] clean = Wav.read(out.resolve("clean.wav"), 16_000).samples();
    assertThat(clean).hasSameSizeAs(some);
    assertThat(power(clean)).isGreaterThan(power(some) / 2);
  }

  /// Compared with plain loops in double over the arrays as cuDNN has them.
  @Test
  @EnabledIfEnvironmentVariable(named = "UNROLL_DATA", matches = ".+")
  void textGenRnn() throws IOException {
    var folder = Path.of(System.getenv("UNROLL_DATA"), "pretrained-textgenrnn");
    var loops = new TextGenRnnLoops(folder);
    for (var prompt : new String[] {"", "The meaning of"}) {
      var text = TextGenRnn.write(folder, prompt);
      assertThat(text).startsWith(prompt).hasSizeGreaterThan(prompt.length() + 20);
      assertThat(text).isEqualTo(loops.write(prompt, 300));
    }
  }

  /// Compared with the loops of the published program (`rnn.c`), in double, on made-up features.
  @Test
  @EnabledIfEnvironmentVariable(named = "UNROLL_DATA", matches = ".+")
  void rnNoise() throws IOException {
    var file = Path.of(System.getenv("UNROLL_DATA"), "pretrained-rnnoise-sh/sh.rnnn");
    float[][] features = new float[50][RnNoise.FEATURES];
    var random = new Random(1);
    for (float[] step : features) {
      for (int i = 0; i < step.length; i++) {
        step[i] = (float) random.nextGaussian();
      }
    }
    float[][] said = RnNoise.load(file).predictor().predict(features);
    double[][] expected = new RnNoiseLoops(file).run(features);
    for (int t = 0; t < said.length; t++) {
      for (int i = 0; i < said[t].length; i++) {
        assertThat((double) said[t][i]).isCloseTo(expected[t][i], within(1e-5));
      }
    }
  }

  private static double power(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += sample * sample;
    }
    return sum / samples.length;
  }

  @Test
  void nationalityOfName() throws IOException {
    assertFell(NationalityOfName.run(1_000, 12, 3));
  }

  @ParameterizedTest
  @EnumSource
  void namesOfNationality(Feeding feeding) throws IOException {
    assertFell(NamesOfNationality.run(feeding, 500, 12, 3));
  }

  @Test
  void nextChord() throws IOException {
    assertFell(NextChord.run(16, 12, 3));
  }

  @Test
  void lostChords() throws IOException {
    assertFell(LostChords.run(Merge.CONCATENATE, 16, 8, 3));
    assertFell(LostChords.run(null, 16, 8, 3));
  }

  @Test
  void pronunciation() throws IOException {
    assertFell(Pronunciation.run(500, 12, 3));
  }

  @Test
  void ownCell() throws IOException {
    assertFell(OwnCell.run(500, 8, 3));
  }

  @Test
  void sunspotForecast() throws IOException {
    assertFell(SunspotForecast.run(SUNSPOTS, 200, 8, 3));
  }

  @Test
  void numentaBenchmark(@TempDir Path folder) throws IOException {
    var text = new StringBuilder("timestamp,value\n");
    for (int t = 0; t < 600; t++) {
      text.append("%s:00,%s\n".formatted(LocalDateTime.of(2016, 1, 1, 0, 0).plusHours(t)
          .toString().replace('T', ' '),
          Math.sin(2 * Math.PI * t / 24) + 0.1 * Math.sin(7.3 * t)
              + (t == 300 ? 9 : 0)));
    }
    Files.writeString(folder.resolve("made__up.csv"), text);
    Files.writeString(folder.resolve("windows.json"), """
        {"made/up.csv": [["2016-01-13 12:00:00.000000", "2016-01-14 12:00:00.000000"]]}""");
    assertThat(NumentaBenchmark.run(folder, 1)).allMatch(score -> score > 90);
  }

  @Test
  void missingMonths() throws IOException {
    assertFell(MissingMonths.run(SUNSPOTS, 200, 8, 3));
  }

  @Test
  void killedAndResumed(@TempDir Path folder) throws IOException {
    assertFell(KilledAndResumed.run(folder, 500, 8, 3));
  }

  private static void assertFell(List<Double> losses) {
    assertThat(losses).hasSize(3);
    assertThat(losses.getLast()).as("validation losses %s", losses).isLessThan(losses.getFirst());
  }

  /// Examples that nobody finds do not document anything.
  @Test
  void theReadmeListsEveryExample() throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/unroll/examples"))) {
      var examples = files.map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> !List.of("package-info", "Curve", "Wav", "quickstart").contains(name))
          .toList();
      assertThat(examples).hasSizeGreaterThan(5)
          .allSatisfy(name -> assertThat(readme).contains("examples/run " + name));
    }
  }
}
