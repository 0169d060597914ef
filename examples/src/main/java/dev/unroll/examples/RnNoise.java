package dev.unroll.examples;

import dev.unroll.expr.Cell;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;

/// RNNoise (Valin 2018), which takes noise out of speech, as one cell: its three GRUs feed each
/// other, so they are three states of one cell. The weights are those of others, from the text
/// file of "rnnoise-nu", such as the models of <https://github.com/GregorR/rnnoise-models>.
///
/// A step has 42 features of 10 ms of sound and gives the gains of 22 bands, then the probability
/// of speech.
final class RnNoise {
  static final int FEATURES = 42;
  static final int BANDS = 22;

  /// A weight in the file is an integer, 256 times as large.
  private static final float SCALE = 1 / 256f;

  /// Its three layers and their functions are those of all models of this kind that are published.
  private static final Cell CELL = Cell.parse("rnnoise", """
      e  = tanh(We x + be)
      zv = σ(Wzv e + Uzv v + bzv)
      rv = σ(Wrv e + Urv v + brv)
      v' = zv * v + (1 - zv) * tanh(Wv e + Uv (rv * v) + bv)
      zn = σ(Wzn [e; v'; x] + Uzn n + bzn)
      rn = σ(Wrn [e; v'; x] + Urn n + brn)
      n' = zn * n + (1 - zn) * relu(Wn [e; v'; x] + Un (rn * n) + bn)
      zd = σ(Wzd [v'; n'; x] + Uzd d + bzd)
      rd = σ(Wrd [v'; n'; x] + Urd d + brd)
      d' = zd * d + (1 - zd) * tanh(Wd [v'; n'; x] + Ud (rd * d) + bd)
      y  = Wy [d'; v'] + by
      size e = E
      size v = V
      size n = N
      size y = Y
      out y
      """);

  private static final RecurrentStack BODY = RecurrentStack.of(CELL, 96).size("E", 24)
      .size("V", 24).size("N", 48).size("Y", BANDS + 1);

  private final SequenceToSequence model =
      SequenceToSequence.of(Inputs.features(FEATURES), BODY, Outputs.bits(BANDS + 1));
  private final Iterator<String> lines;

  private RnNoise(Iterator<String> lines) {
    this.lines = lines;
  }

  static void main(String[] args) throws IOException {
    var model = load(Path.of(args[0]));
    IO.println(model);
    float[] said = model.predictor().predict(new float[100][FEATURES])[99];
    IO.println("speech after a second of silence: %.1f %%".formatted(100 * said[BANDS]));
  }

  /// The model of a file.
  ///
  /// @throws IllegalArgumentException if it is something else
  static SequenceToSequence load(Path file) throws IOException {
    var lines = Files.readAllLines(file).iterator();
    if (!lines.hasNext() || !lines.next().startsWith("rnnoise-nu model file version 1")) {
      throw new IllegalArgumentException("%s is no model of rnnoise-nu.".formatted(file));
    }
    return new RnNoise(lines).read();
  }

  private SequenceToSequence read() {
    layer("42 24 0", "We");
    layer("24 24 0", "Wzv", "Wrv", "Wv");
    layer("90 48 2", "Wzn", "Wrn", "Wn");
    layer("114 96 0", "Wzd", "Wrd", "Wd");
    // The gains read the last state, the probability of speech the first: one matrix with zeros.
    float[][] gains = matrix("96 22 1");
    float[] gain = array();
    float[][] speech = matrix("24 1 1");
    float[][] both = new float[BANDS + 1][96 + 24];
    for (int band = 0; band < BANDS; band++) {
      System.arraycopy(gains[band], 0, both[band], 0, 96);
    }
    System.arraycopy(speech[0], 0, both[BANDS], 96, 24);
    set("Wy", both);
    float[] bias = Arrays.copyOf(gain, BANDS + 1);
    bias[BANDS] = array()[0];
    model.parameters().set("layer0.by", Matrix.vector(bias));
    float[][] identity = new float[BANDS + 1][BANDS + 1];
    for (int i = 0; i <= BANDS; i++) {
      identity[i][i] = 1;
    }
    model.parameters().set("output.V", Matrix.of(identity));
    model.parameters().set("output.c", Matrix.vector(new float[BANDS + 1]));
    return model;
  }

  /// A dense layer, or a GRU if there are three matrices: their columns stand side by side.
  private void layer(String head, String... names) {
    float[][] weights = matrix(head);
    int outputs = weights.length / names.length;
    float[][] recurrent = names.length == 1 ? new float[0][] : columns(array(), weights.length);
    float[] bias = array();
    for (int gate = 0; gate < names.length; gate++) {
      int from = gate * outputs;
      set(names[gate], Arrays.copyOfRange(weights, from, from + outputs));
      if (names.length > 1) {
        set(names[gate].replace('W', 'U'), Arrays.copyOfRange(recurrent, from, from + outputs));
      }
      model.parameters().set("layer0." + names[gate].replace('W', 'b'),
          Matrix.vector(Arrays.copyOfRange(bias, from, from + outputs)));
    }
  }

  private void set(String name, float[][] rows) {
    model.parameters().set("layer0." + name, Matrix.of(rows));
  }

  /// The weights of a layer, a row for each output.
  ///
  /// @param head its inputs, its outputs and the number of its function
  private float[][] matrix(String head) {
    var found = lines.next().strip();
    if (!found.equals(head)) {
      throw new IllegalArgumentException(
          "a layer is \"%s\", expected inputs, outputs and function \"%s\".".formatted(found,
              head));
    }
    float[] weights = array();
    return columns(weights, weights.length / Integer.parseInt(head.split(" ")[0]));
  }

  private static float[][] columns(float[] weights, int count) {
    float[][] columns = new float[count][weights.length / count];
    for (int i = 0; i < weights.length; i++) {
      columns[i % count][i / count] = weights[i];
    }
    return columns;
  }

  private float[] array() {
    String[] words = lines.next().strip().split(" ");
    float[] values = new float[words.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Integer.parseInt(words[i]) * SCALE;
    }
    return values;
  }
}
