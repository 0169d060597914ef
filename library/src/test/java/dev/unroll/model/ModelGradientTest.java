package dev.unroll.model;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.expr.Function;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs.Letters;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Loss.Regression;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradients of whole models, from loss to the vectors of symbols, against differences of their
/// loss. All sizes differ, samples have different lengths, and one column of the batch is there to
/// fill it up.
class ModelGradientTest {
  private static final int F = ModelProblem.FEATURES;
  private static final int V = ModelProblem.SYMBOLS;
  private static final List<Pooling> POOLINGS = List.of(Pooling.values());
  private static final int[] LONG = {5, 3, 4};
  private static final int[] SHORT = {2, 4, 3};
  private static final int[] ONE = {1, 1, 1};
  private static final RecurrentStack LSTM = RecurrentStack.of(Lstm.cell(), 5);
  private static final RecurrentStack GRU = RecurrentStack.of(Gru.cell(), 5);

  static Stream<ModelProblem> problems() {
    var problems = new ArrayList<ModelProblem>();
    for (var pooling : Pooling.values()) {
      for (var merge : Merge.values()) {
        problems.add(toVector(pooling + ", both directions " + merge,
            LSTM.layers(2).bidirectional(merge), pooling, Outputs.classes(4)));
      }
      problems.add(toVector(pooling.name(), GRU, pooling, Outputs.classes(4)));
    }
    problems.add(toVector("tanh", GRU, Pooling.MEAN,
        Outputs.numbers(2).activation(Function.TANH)));
    for (var loss : List.of(Loss.huber(0.5), Loss.quantile(0.2, 0.7), Loss.gaussian(),
        Loss.binaryCrossEntropy())) {
      problems.add(toSequence(loss.toString(), LSTM, Outputs.numbers(2).loss(loss), 7));
    }
    problems.add(toSequence("smoothed", LSTM, Outputs.classes(4).smoothing(0.2), 7));
    problems.add(toSequence("both directions", GRU.bidirectional(Merge.CONCATENATE),
        Outputs.classes(4), 7));
    problems.add(toVector("learned start", LSTM.layers(2).learnedStart(), Pooling.MEAN,
        Outputs.classes(4)));
    problems.add(toVector("learned start, both directions",
        LSTM.layers(2).learnedStart().bidirectional(Merge.CONCATENATE), Pooling.LAST,
        Outputs.classes(4)));
    problems.add(toSequence("learned start, both directions, added",
        GRU.learnedStart().bidirectional(Merge.SUM), Outputs.classes(4), 7));
    problems.add(toVector("heads", RecurrentStack.of(Lstm.cell().heads(3), 6).layers(2),
        Pooling.LAST, Outputs.classes(4)));
    problems.add(tied());
    for (var feeding : Feeding.values()) {
      for (boolean starts : new boolean[] {false, true}) {
        problems.add(fromVector(feeding, starts, 0, Outputs.symbols(4)));
        problems.add(fromVector(feeding, starts, 3, Outputs.symbols(4)));
      }
      problems.add(fromVector(feeding, true, 1, Outputs.numbers(2)));
      problems.add(encoderDecoder(feeding.name(), LSTM, LSTM, feeding, null, 0));
      problems.add(encoderDecoder(
          feeding + " sampled", LSTM, RecurrentStack.of(Gru.cell(), 7), feeding, null, 0.5));
    }
    for (var feeding : Feeding.values()) {
      problems.add(fromVector("learned start, ", feeding, LSTM.layers(2).learnedStart(), 3));
    }
    for (var rule : new Attention[] {null, Attention.ADDITIVE, Attention.GENERAL}) {
      problems.add(
          learnedDecoder(RecurrentStack.of(Lstm.cell(), 7).layers(2).learnedStart(), rule,
              false));
    }
    problems.add(learnedDecoder(LSTM.learnedStart().weightDrop(0.3).zoneout(0.2).dropout(0.2),
        Attention.ADDITIVE, false));
    for (var rule : List.of(Attention.ADDITIVE, Attention.DOT, Attention.GENERAL)) {
      var encoder = RecurrentStack.of(Gru.cell(), 4).bidirectional(Merge.CONCATENATE);
      var decoder = RecurrentStack.of(Lstm.cell(), rule == Attention.DOT ? 8 : 5).layers(2);
      problems.add(encoderDecoder(rule.name(), encoder, decoder, Feeding.EVERY_STEP, rule, 0));
      problems.add(
          encoderDecoder(rule + " sampled", encoder, decoder, Feeding.EVERY_STEP, rule, 0.5));
    }
    problems.addAll(inputFeeding());
    problems.addAll(tags());
    return problems.stream();
  }

  /// Words with their letters, and classes that depend on each other, together and each alone.
  private static List<ModelProblem> tags() {
    var spelled = Inputs.symbols(V, 2).dropout(0.3).letters(letters(3));
    var tags = Outputs.tags(Tokens.of(List.of("B-a", "B-b", "I-a", "I-b", "O")), true);
    return List.of(
        words("words, classes", spelled, GRU, Outputs.classes(4)),
        words("words, chain", spelled, LSTM.bidirectional(Merge.CONCATENATE), Outputs.tags(4)),
        words("words in one direction, chain", spelled.letters(new Letters(LETTERS, 4, 9,
            RecurrentStack.of(Gru.cell(), 3))), GRU, Outputs.tags(4)),
        words("words with dropout, chain",
            spelled.letters(letters(4, GRU.layers(2).dropout(0.3).inputDropout(0.2))), GRU,
            Outputs.tags(4)),
        toSequence("chain", GRU, Outputs.tags(4), 7),
        new ModelProblem("words, span chain",
            SequenceToSequence.of(spelled, GRU, tags, 3),
            List.of(example(new int[] {0, 1, 0}, new int[] {0, 2, 4}),
                example(new int[] {3, 2, 4, 5, 5}, new int[] {4, 1, 3, 3, 1}),
                example(new int[] {2}, new int[] {4})),
            4, false));
  }

  private static final Tokens LETTERS =
      Tokens.of(List.of("a", "b", "c", "d", "e", "f", "g"));

  private static Letters letters(int size) {
    return letters(size, RecurrentStack.of(Gru.cell(), 4));
  }

  private static Letters letters(int size, RecurrentStack body) {
    return new Letters(LETTERS, size, 9, body.bidirectional(Merge.CONCATENATE));
  }

  private static ModelProblem words(String name, Inputs inputs, RecurrentStack body,
      Outputs outputs) {
    return new ModelProblem(name, SequenceToSequence.of(inputs, body, outputs, 3),
        ModelProblem.words(LONG, outputs, 8, LETTERS.size()), 4, false);
  }

  private static Example example(int[] words, int[] tags) {
    var spelled = new int[words.length][];
    for (int t = 0; t < words.length; t++) {
      spelled[t] = new int[] {words[t], 1 + words[t] % 3, 0};
    }
    return new Example(new Values.Words(words, spelled), new Values.Symbols(tags));
  }

  private static List<ModelProblem> inputFeeding() {
    var encoder = RecurrentStack.of(Gru.cell(), 4).bidirectional(Merge.CONCATENATE);
    var problems = new ArrayList<ModelProblem>();
    for (double sampling : new double[] {0, 0.5}) {
      problems
          .add(fed(encoder, RecurrentStack.of(Gru.cell(), 8).layers(2), Attention.DOT, sampling));
      problems.add(fed(encoder, LSTM, Attention.GENERAL, sampling));
    }
    problems
        .add(fed(LSTM, RecurrentStack.of(Cells.projectedLstm(), 7).size("P", 4), Attention.GENERAL,
            0));
    problems.add(fed(LSTM, LSTM.layers(2).residual().dropout(0.3).inputDropout(0.2)
        .activationPenalty(0.3).temporalPenalty(0.2), Attention.GENERAL, 0));
    problems.add(fed(LSTM, RecurrentStack.of(Cells.gruResetBefore(), 7).variational(0.3, Masks.TIED)
        .weightDrop(0.2).zoneout(0.1), Attention.GENERAL, 0));
    problems.add(
        learnedDecoder(RecurrentStack.of(Lstm.cell(), 7).learnedStart(), Attention.GENERAL, true));
    return problems;
  }

  private static ModelProblem fed(RecurrentStack encoder, RecurrentStack decoder, Attention rule,
      double sampling) {
    return encoderDecoder("input feeding, %s, sampling %s, %s of %d".formatted(rule, sampling,
        decoder.cell().name(), decoder.layers()), encoder, decoder, Feeding.EVERY_STEP, rule, true,
        sampling);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientsAgree(ModelProblem problem) {
    try (var engine = Engine.of(1)) {
      problem.assertGradient(engine);
    }
  }

  /// What can be done to a body.
  private enum Option {
    // @formatter:off
    LAYERS, BOTH_DIRECTIONS, RESIDUAL, INPUT_DROPOUT, DROPOUT, TIED_MASKS, UNTIED_MASKS, ZONEOUT,
    WEIGHT_DROP, NORMALIZED, PENALTY, LEARNED_START, PROJECTED, SIMPLE, RESET_BEFORE;
    // @formatter:on

    RecurrentStack applied(RecurrentStack to) {
      return switch (this) {
        case LAYERS -> to.layers(2);
        case BOTH_DIRECTIONS -> to.bidirectional(Merge.CONCATENATE);
        case RESIDUAL -> to.layers(2).residual();
        case INPUT_DROPOUT -> to.inputDropout(0.3);
        case DROPOUT -> to.dropout(0.3);
        case TIED_MASKS -> to.variational(0.3, Masks.TIED);
        case UNTIED_MASKS -> to.variational(0.3, Masks.UNTIED);
        case ZONEOUT -> to.zoneout(0.3);
        case WEIGHT_DROP -> to.weightDrop(0.3);
        case NORMALIZED -> to.layerNormalized();
        case PENALTY -> to.activationPenalty(0.3).temporalPenalty(0.2);
        case LEARNED_START -> to.learnedStart();
        case PROJECTED -> cell(to, RecurrentStack.of(Cells.projectedLstm(), 5).size("P", 4));
        case SIMPLE -> cell(to, RecurrentStack.of(SimpleRnn.of(Function.TANH), 5));
        case RESET_BEFORE -> cell(to, RecurrentStack.of(Cells.gruResetBefore(), 5));
      };
    }

    private static RecurrentStack cell(RecurrentStack to, RecurrentStack from) {
      return to.cell(from.cell(), from.sizes());
    }
  }

  static Stream<ModelProblem> options() {
    var problems = new ArrayList<ModelProblem>();
    long seed = 20;
    for (var option : Option.values()) {
      problems.add(with(List.of(option), seed));
    }
    for (int i = 0; i < 20; i++) {
      var random = new Random(seed + i);
      var all = Option.values();
      problems.add(with(List.of(all[random.nextInt(all.length)], all[random.nextInt(all.length)]),
          seed + i));
    }
    return problems.stream();
  }

  /// Options alone and in pairs, in a structure that is drawn too.
  @ParameterizedTest
  @MethodSource("options")
  void gradientsOfOptionsAgree(ModelProblem problem) {
    try (var engine = Engine.of(1)) {
      problem.assertGradient(engine);
    }
  }

  private static ModelProblem with(List<Option> options, long seed) {
    var body = LSTM;
    for (var option : options) {
      body = option.applied(body);
    }
    var name = options + ", seed " + seed;
    var random = new Random(seed);
    if (body.directions() == null && !body.hasLearnedStart() && random.nextBoolean()) {
      boolean attends = random.nextBoolean();
      return encoderDecoder(name, GRU, body, Feeding.FIRST_STEP,
          attends ? Attention.ADDITIVE : null, 0);
    }
    return random.nextBoolean() ? toSequence(name, body, Outputs.classes(4), seed)
        : toVector(name, body, POOLINGS.get(random.nextInt(4)), Outputs.classes(4));
  }

  private static ModelProblem toVector(
      String name, RecurrentStack body, Pooling pooling, Outputs outputs) {
    var model = SequenceToVector.of(Inputs.features(F), body, pooling, outputs, 3);
    return new ModelProblem("to vector, " + name, model,
        ModelProblem.examples(LONG, ONE, false, outputs,
            body.directions() == Merge.SUM ? 9 : 8),
        4,
        pooling == Pooling.MAX || body.isLayerNormalized());
  }

  private static ModelProblem toSequence(String name, RecurrentStack body, Outputs outputs,
      long seed) {
    var model = SequenceToSequence.of(Inputs.symbols(V, 2).dropout(0.3), body, outputs, seed);
    return new ModelProblem("to sequence, " + name, model,
        ModelProblem.examples(LONG, LONG, true, outputs, seed), 4,
        body.isLayerNormalized() || outputs.loss() instanceof Regression);
  }

  private static ModelProblem tied() {
    var outputs = Outputs.classes(V).tie();
    var model = SequenceToSequence.of(Inputs.symbols(V, 5), LSTM, outputs, 3);
    return new ModelProblem("to sequence, tied", model,
        ModelProblem.examples(LONG, LONG, true, outputs, 8), 4, false);
  }

  private static ModelProblem fromVector(
      Feeding feeding, boolean starts, int feedback, Outputs outputs) {
    var model = VectorToSequence.of(Inputs.symbols(V, 2), feeding, LSTM, outputs, 3)
        .starting(starts).feedback(feedback).initialized();
    return new ModelProblem("from vector, %s, starts %s, feedback %d of %s"
        .formatted(feeding, starts, feedback, outputs), model,
        ModelProblem.examples(ONE, LONG, true, outputs, 8), 4, false);
  }

  /// Of a vector that does not start the states.
  private static ModelProblem fromVector(String name, Feeding feeding, RecurrentStack body,
      int feedback) {
    var outputs = Outputs.symbols(4);
    var model = VectorToSequence.of(Inputs.symbols(V, 2), feeding, body, outputs, 3)
        .starting(false).feedback(feedback).initialized();
    return new ModelProblem("from vector, " + name + feeding, ModelProblem.startedElsewhere(model),
        ModelProblem.examples(ONE, LONG, true, outputs, 8), 4, false);
  }

  private static ModelProblem learnedDecoder(
      RecurrentStack decoder, @Nullable Attention rule, boolean inputFeeding) {
    var outputs = Outputs.symbols(3);
    var parts = EncoderDecoder.of(Inputs.symbols(V, 2), GRU.learnedStart(), decoder, outputs)
        .seed(3).starting(false).feedback(3);
    parts = rule == null ? parts : parts.attention(rule);
    var model = (inputFeeding ? parts.inputFeeding(true) : parts).initialized();
    return new ModelProblem(
        "encoder and decoder, learned start, attention %s, fed %s, weight drop %s"
            .formatted(rule, inputFeeding, decoder.weightDrop()),
        ModelProblem.startedElsewhere(model),
        ModelProblem.examples(LONG, SHORT, true, outputs, 8), 4, false);
  }

  private static ModelProblem encoderDecoder(String name, RecurrentStack encoder,
      RecurrentStack decoder,
      Feeding feeding, @Nullable Attention rule, double sampling) {
    return encoderDecoder(name, encoder, decoder, feeding, rule, false, sampling);
  }

  private static ModelProblem encoderDecoder(String name, RecurrentStack encoder,
      RecurrentStack decoder,
      Feeding feeding, @Nullable Attention rule, boolean inputFeeding, double sampling) {
    var outputs = Outputs.symbols(3);
    var parts =
        EncoderDecoder.of(Inputs.symbols(V, 2), encoder, decoder, outputs).feeding(feeding).seed(3)
            .feedback(3).sampling(sampling, 0);
    parts = rule == null ? parts : parts.attention(rule);
    var model = (inputFeeding ? parts.inputFeeding(true) : parts).initialized();
    if (sampling > 0) {
      // One symbol is all but certain, so that no difference draws another.
      var bias = requireNonNull(model.parameters().byName().get("output.c"));
      model.parameters().values()[bias.offset() + 1] = 14;
    }
    return new ModelProblem("encoder and decoder, " + name, model,
        ModelProblem.examples(LONG, SHORT, true, outputs, 8), 4,
        decoder.isLayerNormalized() || sampling > 0);
  }
}
