package dev.unroll.examples;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxStepper;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// When somebody speaks in a recording: Silero VAD, a network of convolutions and an LSTM that
/// others have trained, runs from its ONNX file, a chunk of 32 ms at a time with its state carried
/// on.
///
/// The model is `silero_vad_16k_op15.onnx` of <https://github.com/snakers4/silero-vad>.
final class SpeechSegments {
  private static final int RATE = 16_000;

  /// The samples of a chunk, and those before it that the model sees again.
  private static final int CHUNK = 512;
  private static final int CONTEXT = 64;

  /// Speech begins at the first probability and ends below the second, as in Silero's own examples.
  private static final double BEGINS = 0.5;
  private static final double ENDS = 0.35;

  /// In chunks: shorter speech is noise, and shorter silence a pause.
  private static final int SHORTEST = 8;
  private static final int PAUSE = 3;

  /// From one chunk to another, that one not included.
  record Segment(int from, int to) {}

  static void main(String[] args) throws IOException {
    for (var segment : segments(run(Path.of(args[0]), Path.of(args[1])))) {
      IO.println(String.format(Locale.ROOT, "%7.2f s to %7.2f s",
          (double) segment.from * CHUNK / RATE, (double) segment.to * CHUNK / RATE));
    }
  }

  /// The probability of speech in each chunk.
  static float[] run(Path file, Path recording) throws IOException {
    var stepper = new OnnxStepper(OnnxModel.load(file));
    float[] samples = Wav.read(recording, RATE).samples();
    float[] heard = new float[(samples.length + CHUNK - 1) / CHUNK];
    var state = stepper.initial();
    var rate = OnnxTensor.of(new long[] {RATE});
    for (int k = 0; k < heard.length; k++) {
      float[] chunk = new float[CONTEXT + CHUNK];
      for (int i = 0; i < chunk.length; i++) {
        int at = k * CHUNK - CONTEXT + i;
        chunk[i] = at >= 0 && at < samples.length ? samples[at] : 0;
      }
      var inputs = Map.of("input", OnnxTensor.of(chunk, 1, chunk.length), "sr", rate);
      var step = stepper.step(inputs, state);
      heard[k] = requireNonNull(step.outputs().get("output")).floats()[0];
      state = step.state();
    }
    return heard;
  }

  /// Where speech is.
  static List<Segment> segments(float[] heard) {
    var segments = new ArrayList<Segment>();
    int begin = -1;
    int silent = 0;
    for (int k = 0; k <= heard.length; k++) {
      double probability = k < heard.length ? heard[k] : 0;
      silent = probability < ENDS ? silent + 1 : 0;
      if (begin < 0 && probability >= BEGINS) {
        begin = k;
      } else if (begin >= 0 && (silent == PAUSE || k == heard.length)) {
        int end = k + 1 - silent;
        if (end - begin >= SHORTEST) {
          segments.add(new Segment(begin, end));
        }
        begin = -1;
      }
    }
    return segments;
  }

  private SpeechSegments() {}
}
