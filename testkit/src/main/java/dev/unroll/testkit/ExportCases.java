package dev.unroll.testkit;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Generative;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.loss.Loss;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The models that are exported as ONNX in tests: every structure, cell and direction, with lengths
/// and without. All sizes of a case differ.
public final class ExportCases {
  private static final int FEATURES = 5;
  private static final int SYMBOLS = 11;
  private static final int HIDDEN = 7;
  private static final int[] LENGTHS = {6, 2, 5};
  private static final int[] FULL = {4, 4};

  /// Cells that are no node of ONNX, or one with other names and signs.
  private static final Map<String, Cell> OWN = new LinkedHashMap<>();

  static {
    OWN.put("lstm with its own names", Cell.parse("mine", """
        keep = σ(b2 + A2 h + A1 x)
        new  = tanh(A3 x + A4 h + b3)
        in   = σ(A5 x + A6 h + b4)
        m'   = in * new + m * keep
        h'   = tanh(m') * σ(b5 + A7 x + A8 h)
        """));
    OWN.put("gru of lists", Cell.parse("mine", """
        f  = σ(Wf [x; h] + bf)
        r  = σ(Wr [h; x] + br)
        n  = tanh(Wn [x; r * h] + bn)
        h' = (1 - f) * h + f * n
        """));
    OWN.put("gru without biases", Cell.parse("mine", """
        r  = σ(Wr x + Ur h)
        z  = σ(Wz x + Uz h)
        n  = tanh(Wn x + r * (Un h))
        h' = z * h + (1 - z) * n
        """));
    OWN.put("lstm with two biases, relu", Cell.parse("mine", """
        i  = σ(Wi x + bi + Ui h + ui)
        f  = σ(Wf x + bf + Uf h + uf)
        o  = σ(Wo x + bo + Uo h + uo)
        g  = relu(Wg x + bg + Ug h + ug)
        c' = f * c + i * g
        h' = o * c'
        """));
    OWN.put("all functions", Cell.parse("mine", """
        a  = relu(W x + U h + b) + abs(h) + exp(-abs(h)) + sqrt(1 + h * h) + log(2 + h * h)
        s  = step(h) - sign(a) + min(a, h) * max(h, 0.25) + sum(h) / 8 - mean(x) + var(h)
        k' = 0.5 * tanh(s) + 0.25 * k
        h' = tanh(0.1 * a + V [k'; 0] + V [0; h] + c)
        """));
    OWN.put("smooth functions", Cell.parse("mine", """
        a  = W x + U h + b
        s  = softplus(a) - 0.5 * logsigmoid(a - h) + expm1(a) * log1p(0.5 * sin(a))
        n  = expm1(0.001 * a) * 100 + log1p(0.001 * a) * 100 + expm1(-30 - a)
        h' = 0.5 * sin(s + n) + 0.25 * cos(h)
        """));
    OWN.put("stated starts", Cell.parse("mine", """
        m' = max(W x + U h, m + 0.25)
        h' = 0.5 * tanh(m' + b) + 0.5 * h
        start m = -1e38
        start h = h0
        """));
    OWN.put("output that is no state", Cell.parse("mine", """
        h' = tanh(W x + U h + b)
        y  = V h' * g
        out y
        """));
  }

  private ExportCases() {}

  /// All cases.
  public static List<ExportCase> all() {
    var cases = new ArrayList<ExportCase>();
    var cells = new LinkedHashMap<String, Cell>();
    Cells.all().forEach(published -> cells.put(published.name(), published.cell()));
    cells.putAll(OWN);
    cells.forEach((name, cell) -> cells(cases, name, cell));
    stacks(cases);
    heads(cases);
    inputs(cases);
    writers(cases);
    return List.copyOf(cases);
  }

  /// Those whose outputs by ONNX Runtime are kept in a golden file: one or two of a kind.
  public static List<ExportCase> golden() {
    return all().stream().filter(it -> {
      var name = it.name();
      boolean isOfACell = name.contains("both ways added") || name.contains("both ways joined");
      return !name.endsWith(", full") && !name.contains("scaled")
          && (!isOfACell || name.endsWith("joined, last")) && !name.contains("pooled by")
          && (it.model() instanceof Generative ? name.startsWith("lstm") || name.contains("decoder")
              || name.contains("numbers") : !name.endsWith(", states") || isKnown(name));
    }).toList();
  }

  private static boolean isKnown(String name) {
    return name.startsWith("lstm,") || name.startsWith("gru,");
  }

  private static RecurrentStack stack(Cell cell) {
    return RecurrentStack.of(cell, HIDDEN).size("P", 3);
  }

  private static void cells(List<ExportCase> cases, String name, Cell cell) {
    for (var merge : new Merge[] {null, Merge.CONCATENATE, Merge.SUM}) {
      var body = merge == null ? stack(cell) : stack(cell).bidirectional(merge);
      var ways = merge == null ? "" : ", both ways " + (merge == Merge.SUM ? "added" : "joined");
      var features = Inputs.features(cell.name().equals("ind") ? HIDDEN : FEATURES);
      lengths(cases, name + ways + ", each step", merge == null, drawn(
          SequenceToSequence.of(features, body, Outputs.numbers(4))));
      lengths(cases, name + ways + ", last", merge == null, drawn(
          SequenceToVector.of(features, body, Outputs.classes(3))));
    }
    var model = drawn(SequenceToSequence.of(Inputs.symbols(SYMBOLS, 4), stack(cell).layers(2),
        Outputs.classes(3)));
    cases.add(new ExportCase(name + ", states", model, OnnxExport.of(model).withStates(), FULL, 3));
  }

  private static void lengths(List<ExportCase> cases, String name, Structure model) {
    lengths(cases, name, true, model);
  }

  /// @param without whether it is also exported without lengths
  private static void lengths(List<ExportCase> cases, String name, boolean without,
      Structure model) {
    cases.add(new ExportCase(name, model, OnnxExport.of(model).withHidden(), LENGTHS, 1));
    if (without) {
      cases.add(new ExportCase(name + ", full", model, OnnxExport.of(model).withoutLengths(),
          FULL, 1));
    }
  }

  private static void stacks(List<ExportCase> cases) {
    var lstm = stack(Lstm.cell());
    var gru = stack(Gru.cell());
    var bodies = new LinkedHashMap<String, RecurrentStack>();
    bodies.put("three layers", lstm.layers(3));
    bodies.put("residual", gru.layers(3).residual());
    bodies.put("residual both ways", lstm.layers(2).bidirectional(Merge.CONCATENATE).residual());
    bodies.put("dropout of all kinds", lstm.layers(2).dropout(0.3).inputDropout(0.2)
        .weightDrop(0.4).activationPenalty(1).temporalPenalty(2));
    bodies.put("variational dropout", gru.variational(0.3, VariationalDropout.Masks.UNTIED));
    bodies.put("layer normalized", gru.layerNormalized());
    bodies.put("layer normalized both ways",
        lstm.layerNormalized().bidirectional(Merge.CONCATENATE));
    bodies.put("zoneout", lstm.layers(2).zoneout(0.3));
    bodies.put("learned start", lstm.layers(2).learnedStart());
    bodies.put("learned start both ways",
        gru.layers(2).bidirectional(Merge.CONCATENATE).learnedStart());
    bodies.put("learned start of a scan", gru.zoneout(0.2).learnedStart());
    bodies.forEach((name, body) -> {
      lengths(cases, name + ", each step", drawn(
          SequenceToSequence.of(Inputs.features(FEATURES), body, Outputs.numbers(4))));
      for (var pooling : Pooling.values()) {
        lengths(cases, "%s, pooled by %s".formatted(name, pooling), name.equals("residual"),
            drawn(SequenceToVector.of(
                Inputs.features(FEATURES), body, pooling, Outputs.classes(3), 1)));
      }
    });
  }

  private static void heads(List<ExportCase> cases) {
    var heads = new LinkedHashMap<String, Outputs>();
    heads.put("bits", Outputs.bits(3));
    heads.put("numbers with tanh", Outputs.numbers(3).activation(Function.TANH));
    heads.put("numbers with step", Outputs.numbers(3).activation(Function.STEP));
    heads.put("quantiles", Outputs.numbers(2).loss(Loss.quantile(0.1, 0.5, 0.9)));
    heads.put("gaussian", Outputs.numbers(2).loss(Loss.gaussian()));
    var scaling = new Scaling(new double[] {1000, -3}, new double[] {0.5, 20});
    heads.put("scaled numbers", Outputs.numbers(2).scaled(scaling));
    heads.put("scaled quantiles",
        Outputs.numbers(2).loss(Loss.quantile(0.1, 0.5, 0.9)).scaled(scaling));
    heads.put("scaled gaussian", Outputs.numbers(2).loss(Loss.gaussian()).scaled(scaling));
    heads.put("tags", Outputs.tags(4));
    heads.put("tags of spans", Outputs.tags(
        Tokens.of(List.of("O", "I-A", "B-A", "B-B", "I-B", "I-C")), true));
    heads.forEach((name, outputs) -> {
      lengths(cases, name + ", each step", drawn(SequenceToSequence.of(
          Inputs.features(FEATURES), stack(Gru.cell()), outputs)));
      if (!(outputs.loss() instanceof Loss.Chain)) {
        lengths(cases, name + ", last", drawn(SequenceToVector.of(
            Inputs.features(FEATURES), stack(Gru.cell()), outputs)));
      }
    });
  }

  private static void inputs(List<ExportCase> cases) {
    var body = stack(Lstm.cell());
    lengths(cases, "symbols", drawn(SequenceToVector.of(
        Inputs.symbols(SYMBOLS, 4).dropout(0.1), body, Outputs.classes(3))));
    lengths(cases, "tied", drawn(SequenceToSequence.of(
        Inputs.symbols(SYMBOLS, HIDDEN), body, Outputs.classes(SYMBOLS).tie())));
    lengths(cases, "scaled features", drawn(SequenceToVector.of(Inputs.features(2)
        .scaled(new Scaling(new double[] {1000, -3}, new double[] {200, 0.7})), body,
        Outputs.classes(3))));
    for (var reading : List.of(Lstm.cell(), Cells.minimalGatedUnit(), Cells.indRnn())) {
      var letters = new Inputs.Letters(
          Tokens.of(List.of("a", "b", "c", "d", "e", "f")), 3, 32,
          RecurrentStack.of(reading, 2).bidirectional(Merge.CONCATENATE));
      lengths(cases, "letters read by " + reading.name(), drawn(SequenceToSequence.of(
          Inputs.symbols(SYMBOLS, 4).letters(letters), body, Outputs.classes(3))));
    }
    var text = drawn(LanguageModel.parts(SYMBOLS, 4, body.layers(2), 1).initialized());
    lengths(cases, "language model", text);
    cases.add(new ExportCase("language model step by step", text,
        OnnxExport.of(text).withStates(), FULL, FULL[0]));
    var vector = drawn(SequenceToVector.of(Inputs.features(FEATURES), body, Outputs.classes(3)));
    cases.add(new ExportCase("one answer step by step", vector,
        OnnxExport.of(vector).withStates(), FULL, FULL[0]));
  }

  private static void writers(List<ExportCase> cases) {
    var cells = List.of(Lstm.cell(), Gru.cell(), Cells.projectedLstm(), Cells.layerNormLstm(),
        OWN.getOrDefault("output that is no state", Lstm.cell()));
    for (var cell : cells) {
      for (var feeding : Feeding.values()) {
        var parts = VectorToSequence.of(Inputs.features(FEATURES), feeding,
            stack(cell).layers(2), Outputs.symbols(4), 1);
        var name = "%s writes from a vector at %s".formatted(cell.name(), feeding);
        writes(cases, name, parts.initialized());
        writes(cases, name + " with feedback",
            parts.feedback(3).starting(true).initialized());
      }
      var translation = EncoderDecoder.of(Inputs.symbols(SYMBOLS, 6),
          stack(cell).bidirectional(Merge.CONCATENATE), stack(cell).layers(2),
          Outputs.symbols(4)).feedback(3);
      writes(cases, cell.name() + " translates", translation.initialized());
      writes(cases, cell.name() + " translates, c at the first step, from zeros",
          translation.feeding(Feeding.FIRST_STEP).starting(false).initialized());
      for (var rule : List.of(Attention.ADDITIVE, Attention.GENERAL)) {
        writes(cases, "%s translates with attention %s".formatted(cell.name(), rule),
            translation.attention(rule).initialized());
      }
      writes(cases, cell.name() + " translates with input feeding",
          translation.attention(Attention.GENERAL).inputFeeding(true).initialized());
    }
    var body = stack(Gru.cell());
    var dot = EncoderDecoder.of(Inputs.features(FEATURES), body, body.layers(2).residual()
        .learnedStart(), Outputs.classes(4)).feedback(3).starting(false);
    writes(cases, "attention by dot", dot.attention(Attention.DOT).initialized());
    writes(cases, "residual decoder, additive attention",
        dot.attention(Attention.ADDITIVE).initialized());
    var scaling = new Scaling(new double[] {10, -3}, new double[] {0.5, 20});
    for (var loss : List.of(Loss.squared(), Loss.gaussian(), Loss.quantile(0.2, 0.7))) {
      for (int feedback : new int[] {0, 1}) {
        writes(cases, "numbers with %s, %d fed back".formatted(loss, feedback),
            VectorToSequence.of(Inputs.symbols(SYMBOLS, 4), Feeding.EVERY_STEP, body,
                Outputs.numbers(2).loss(loss).scaled(scaling), 1).feedback(feedback)
                .initialized());
      }
    }
    writes(cases, "tied decoder", EncoderDecoder.of(Inputs.features(FEATURES), body, body,
        Outputs.symbols(4).tie()).feedback(HIDDEN).initialized());
  }

  private static void writes(List<ExportCase> cases, String name, Structure model) {
    drawn(model);
    cases.add(new ExportCase(name, model, OnnxExport.of(model), LENGTHS, 1));
    cases.add(new ExportCase(name + ", full", model, OnnxExport.of(model).withoutLengths(), FULL,
        1));
  }

  /// Draws all parameters, also those that would begin as zeros.
  private static <M extends Structure> M drawn(M model) {
    var random = CounterRandom.of(5);
    var values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = 1.2f * random.uniform(0, i) - 0.6f;
    }
    return model;
  }
}
