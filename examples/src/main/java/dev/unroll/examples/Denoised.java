package dev.unroll.examples;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// A recording without its noise: DTLN (Westhausen and Meyer 2020), two networks of two LSTM layers
/// each that others have trained, run from their ONNX files with their states carried on. The first
/// masks the spectrum of a block, the second works on its samples; blocks overlap and are added.
///
/// The models are `model_1.onnx` and `model_2.onnx` of <https://github.com/breizhn/DTLN>.
final class Denoised {
  private static final int RATE = 16_000;
  private static final int BLOCK = 512;
  private static final int HOP = 128;
  private static final int BINS = BLOCK / 2 + 1;

  static void main(String[] args) throws IOException {
    run(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
  }

  /// Writes a recording without its noise.
  ///
  /// @param folder with the two models
  static void run(Path folder, Path noisy, Path clean) throws IOException {
    var samples = Wav.read(noisy, RATE).samples();
    var masks = OnnxModel.load(folder.resolve("model_1.onnx"));
    var blocks = OnnxModel.load(folder.resolve("model_2.onnx"));
    var first = OnnxTensor.of(new float[2 * 128 * 2], 1, 2, 128, 2);
    var second = first;
    float[] out = new float[samples.length + BLOCK];
    for (int at = HOP; at < samples.length + BLOCK; at += HOP) { // the end of a block
      float[] block = new float[BLOCK];
      for (int i = 0; i < BLOCK; i++) {
        int from = at - BLOCK + i;
        block[i] = from >= 0 && from < samples.length ? samples[from] : 0;
      }
      double[] re = new double[BLOCK];
      double[] im = new double[BLOCK];
      Arrays.setAll(re, i -> block[i]);
      fft(re, im);
      float[] magnitude = new float[BINS];
      for (int k = 0; k < BINS; k++) {
        magnitude[k] = (float) Math.hypot(re[k], im[k]);
      }
      var masked = masks.run(Map.of("input_2", OnnxTensor.of(magnitude, 1, 1, BINS), "input_3",
          first));
      first = requireNonNull(masked.get("tf_op_layer_stack_2"));
      float[] estimate = masked(re, im, requireNonNull(masked.get("activation_2")).floats());
      var better = blocks.run(Map.of("input_4", OnnxTensor.of(estimate, 1, 1, BLOCK), "input_5",
          second));
      second = requireNonNull(better.get("tf_op_layer_stack_5"));
      float[] added = requireNonNull(better.get("conv1d_3")).floats();
      for (int i = 0; i < BLOCK; i++) {
        int to = at - BLOCK + i;
        if (to >= 0 && to < out.length) {
          out[to] += added[i];
        }
      }
    }
    new Wav(Arrays.copyOf(out, samples.length), RATE).write(clean);
  }

  /// The samples whose spectrum is the given one times a mask.
  private static float[] masked(double[] re, double[] im, float[] mask) {
    for (int k = 0; k < BLOCK; k++) {
      float m = mask[k < BINS ? k : BLOCK - k]; // of real samples, the other half mirrors this one
      re[k] *= m / BLOCK;
      im[k] *= m / BLOCK;
    }
    fft(im, re); // the inverse has real and imaginary parts exchanged
    float[] samples = new float[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      samples[i] = (float) re[i];
    }
    return samples;
  }

  /// The discrete Fourier transform (Cooley and Tukey 1965) in place; a power of two.
  private static void fft(double[] re, double[] im) {
    int n = re.length;
    for (int i = 1, j = 0; i < n; i++) {
      int bit = n >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        double r = re[i];
        re[i] = re[j];
        re[j] = r;
        double s = im[i];
        im[i] = im[j];
        im[j] = s;
      }
    }
    for (int size = 2; size <= n; size *= 2) {
      for (int k = 0; k < size / 2; k++) {
        double c = Math.cos(-2 * Math.PI * k / size);
        double s = Math.sin(-2 * Math.PI * k / size);
        for (int i = k; i < n; i += size) {
          int j = i + size / 2;
          double r = re[j] * c - im[j] * s;
          double t = re[j] * s + im[j] * c;
          re[j] = re[i] - r;
          im[j] = im[i] - t;
          re[i] += r;
          im[i] += t;
        }
      }
    }
  }

  private Denoised() {}
}
