package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradients of whole models at the smallest sizes: T, B, F, H and V down to 1, one layer of
/// one unit, and batches in which sequences of one step lie beside longer ones. With inputs of one
/// step alone, the gradient of the last output once was overwritten on its way, and all layers that
/// read got exactly zero.
class SmallestSizesTest {

  /// The lengths of the inputs, the columns of a batch, features or symbols, and units.
  private record Sizes(int[] lengths, int batch, int inputs, int hidden) {
    @Override
    public String toString() {
      return "T %s, B %d, F %d, H %d".formatted(
          Arrays.toString(lengths), batch, inputs, hidden);
    }
  }

  private static final List<Sizes> SIZES = List.of(
      new Sizes(new int[] {1}, 1, 1, 1),
      new Sizes(new int[] {1, 1}, 3, 3, 4),
      new Sizes(new int[] {3}, 1, 2, 1),
      new Sizes(new int[] {1, 4, 1}, 3, 1, 3));

  private static final SequencedMap<String, Function<RecurrentStack, RecurrentStack>> OPTIONS =
      options();

  private static SequencedMap<String, Function<RecurrentStack, RecurrentStack>> options() {
    var options = new LinkedHashMap<String, Function<RecurrentStack, RecurrentStack>>();
    options.put("plain", body -> body);
    options.put("two layers", body -> body.layers(2));
    options.put("both, joined", body -> body.bidirectional(Merge.CONCATENATE));
    options.put("both, added, two layers", body -> body.layers(2).bidirectional(Merge.SUM));
    options.put("residual", body -> body.layers(2).residual());
    options.put("residual, both, dropout", body -> body.layers(2).residual()
        .bidirectional(Merge.CONCATENATE).dropout(0.3));
    options.put("input dropout", body -> body.inputDropout(0.3));
    options.put("dropout", body -> body.layers(2).dropout(0.3));
    options.put("tied masks", body -> body.variational(0.3, Masks.TIED));
    options.put("zoneout", body -> body.zoneout(0.3));
    options.put("weight drop", body -> body.weightDrop(0.3));
    options.put("normalised", RecurrentStack::layerNormalized);
    options.put("penalty", body -> body.activationPenalty(0.3).temporalPenalty(0.2));
    return options;
  }

  static Stream<ModelProblem> problems() {
    var problems = new ArrayList<ModelProblem>();
    for (var sizes : SIZES) {
      OPTIONS.forEach((name, option) -> {
        for (var pooling : Pooling.values()) {
          problems.add(toVector(name, option, pooling, sizes, false));
        }
        problems.add(toVector(name + ", symbols", option, Pooling.LAST, sizes, true));
        problems.add(toSequence(name, option, sizes));
        if (!name.contains("both")) {
          problems.add(fromVector(name, option, sizes));
          problems.add(toOther(name, option, null, false, sizes));
        }
      });
      for (var rule : List.of(Attention.ADDITIVE, Attention.DOT, Attention.GENERAL)) {
        problems.add(toOther(rule.name(), body -> body, rule, false, sizes));
        if (rule != Attention.ADDITIVE) {
          problems.add(toOther(rule + ", fed", body -> body, rule, true, sizes));
        }
      }
      problems.add(toVector(
          "learned start", RecurrentStack::learnedStart, Pooling.LAST, sizes, false));
    }
    return problems.stream();
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientsAgreeAtTheSmallestSizes(ModelProblem problem) {
    try (var engine = Engine.of(1)) {
      problem.assertGradient(engine, problem.bounds(0));
    }
  }

  private static RecurrentStack body(Sizes sizes, Function<RecurrentStack, RecurrentStack> option) {
    return option.apply(RecurrentStack.of(Lstm.cell(), sizes.hidden()));
  }

  private static int[] ones(Sizes sizes) {
    var ones = sizes.lengths().clone();
    Arrays.fill(ones, 1);
    return ones;
  }

  /// With biases that are no longer zero, so that the largest of several steps is one of them and
  /// not a tie.
  private static <M extends Structure> M told(M model) {
    var values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.3f * (float) Math.sin(i + 1);
    }
    return model;
  }

  private static boolean isRough(RecurrentStack body) {
    return body.isLayerNormalized();
  }

  private static ModelProblem toVector(String name, Function<RecurrentStack, RecurrentStack> option,
      Pooling pooling,
      Sizes sizes, boolean symbols) {
    var outputs = Outputs.classes(2);
    var body = body(sizes, option);
    var inputs = symbols ? Inputs.symbols(sizes.inputs(), 2) : Inputs.features(sizes.inputs());
    var model = SequenceToVector.of(inputs, body, pooling, outputs, 3);
    return new ModelProblem("to vector by %s, %s, %s".formatted(pooling, name, sizes),
        told(model), ModelProblem.examples(sizes.lengths(), ones(sizes),
            symbols, outputs, 8, sizes.inputs()),
        sizes.batch(), pooling == Pooling.MAX || isRough(body));
  }

  private static ModelProblem toSequence(String name,
      Function<RecurrentStack, RecurrentStack> option, Sizes sizes) {
    var outputs = Outputs.numbers(1);
    var body = body(sizes, option);
    var model = SequenceToSequence.of(Inputs.symbols(sizes.inputs(), 1), body, outputs, 3);
    return new ModelProblem("to sequence, %s, %s".formatted(name, sizes), told(model),
        ModelProblem.examples(
            sizes.lengths(), sizes.lengths(), true, outputs, 8, sizes.inputs()),
        sizes.batch(), isRough(body));
  }

  private static ModelProblem fromVector(String name,
      Function<RecurrentStack, RecurrentStack> option, Sizes sizes) {
    var outputs = Outputs.symbols(2);
    var body = body(sizes, option);
    var model = VectorToSequence
        .of(Inputs.features(sizes.inputs()), Feeding.FIRST_STEP, body, outputs, 3)
        .starting(true).feedback(1).initialized();
    return new ModelProblem("from vector, %s, %s".formatted(name, sizes), told(model),
        ModelProblem.examples(ones(sizes), sizes.lengths(), false, outputs, 8, sizes.inputs()),
        sizes.batch(), isRough(body));
  }

  private static ModelProblem toOther(String name, Function<RecurrentStack, RecurrentStack> option,
      @Nullable Attention rule, boolean fed, Sizes sizes) {
    var outputs = Outputs.symbols(1);
    var encoder = RecurrentStack.of(Gru.cell(), sizes.hidden());
    var decoder = body(sizes, option);
    var parts = EncoderDecoder.of(Inputs.symbols(sizes.inputs(), 1), encoder, decoder, outputs)
        .seed(3).feedback(1);
    parts = rule == null ? parts : parts.attention(rule);
    parts = fed ? parts.inputFeeding(true) : parts;
    return new ModelProblem("encoder and decoder, %s, %s".formatted(name, sizes),
        told(parts.initialized()), ModelProblem.examples(
            sizes.lengths(), ones(sizes), true, outputs, 8, sizes.inputs()),
        sizes.batch(), isRough(decoder));
  }
}
