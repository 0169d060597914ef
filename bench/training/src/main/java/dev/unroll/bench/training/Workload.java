package dev.unroll.bench.training;

import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.model.Architecture;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;

/// What is trained: a model and its data, the same for both.
enum Workload {
  CHARACTERS(65, 64, 512, 1, 32, 64), WORDS(33_000, 650, 650, 2, 20, 35),
  TIED(33_000, 650, 650, 2, 20, 35), TAGGER(5_000, 128, 256, 1, 32, 60),
  TRANSLATION(60, 64, 256, 1, 64, 20), PIXELS(10, 1, 128, 1, 100, 784);

  static final double DROPOUT = 0.5;
  static final double RATE = 0.001;
  static final int TAGS = 17;
  private static final int BATCHES = 20;

  final int symbols;
  final int embedding;
  final int hidden;
  final int layers;
  final int batch;
  final int time;

  Workload(int symbols, int embedding, int hidden, int layers, int batch, int time) {
    this.symbols = symbols;
    this.embedding = embedding;
    this.hidden = hidden;
    this.layers = layers;
    this.batch = batch;
    this.time = time;
  }

  static Workload of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /// As users write it.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether one long text is read part by part.
  boolean isText() {
    return this == CHARACTERS || this == WORDS || this == TIED;
  }

  Architecture architecture(double dropout) {
    var body = RecurrentStack.of(Lstm.cell(), hidden).layers(layers).dropout(dropout);
    var letters = Inputs.symbols(symbols, embedding);
    return switch (this) {
      case CHARACTERS, WORDS -> LanguageModel.parts(symbols, embedding, body, 1);
      case TIED -> {
        var parts = LanguageModel.parts(symbols, embedding, body, 1);
        yield parts.with(parts.outputs().tie());
      }
      case TAGGER -> new SequenceToSequence.Parts(letters,
          body.bidirectional(Merge.CONCATENATE), Outputs.classes(TAGS), 1);
      case TRANSLATION -> EncoderDecoder.of(letters, body, body, Outputs.symbols(symbols))
          .starting(false).attention(Attention.GENERAL);
      case PIXELS -> SequenceToVector
          .of(Inputs.features(1), body, Outputs.classes(symbols)).architecture();
    };
  }

  Batches batches() {
    var random = new Random(7);
    return switch (this) {
      case CHARACTERS, WORDS, TIED -> Batches.text(
          natural(random, symbols, batch * time * BATCHES + 1), batch, time);
      case TAGGER -> Batches.inOrder(examples(i -> {
        int length = 3 + random.nextInt(time - 2);
        return new Example(new Values.Symbols(natural(random, symbols, length)),
            new Values.Symbols(natural(random, TAGS, length)));
      }), batch);
      case TRANSLATION -> Batches.inOrder(examples(
          i -> new Example(new Values.Symbols(natural(random, symbols, time)),
              new Values.Symbols(natural(random, symbols, time)))),
          batch);
      case PIXELS -> Batches.inOrder(examples(i -> {
        var pixels = new float[time];
        for (int t = 0; t < time; t++) {
          pixels[t] = Math.max(0, (float) random.nextGaussian());
        }
        return new Example(new Values.Features(pixels, 1),
            Values.Symbols.of(random.nextInt(symbols)));
      }), batch);
    };
  }

  private List<Example> examples(IntFunction<Example> one) {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < batch * BATCHES; i++) {
      examples.add(one.apply(i));
    }
    return examples;
  }

  /// Symbols as often as words are: the one of rank r about 1/r times as often as the first.
  private static int[] natural(Random random, int symbols, int n) {
    var drawn = new int[n];
    for (int i = 0; i < n; i++) {
      drawn[i] = (int) Math.min(symbols - 1.0, Math.pow(symbols + 1.0, random.nextDouble()) - 1);
    }
    return drawn;
  }

  /// The multiply-adds that the matrix products of a step need at least, of what is not padding:
  /// forward, and twice as many backward.
  double multiplyAdds(Batch batch) {
    double steps = 0;
    for (int b = 0; b < batch.samples(); b++) {
      steps += batch.input().lengths()[b];
    }
    double h = hidden;
    double cell = 4 * h * (embedding + h) + (layers - 1) * 4 * h * (h + h);
    double each = switch (this) {
      case CHARACTERS, WORDS, TIED -> steps * (cell + h * symbols);
      case TAGGER -> steps * (2 * cell + 2 * h * TAGS);
      case TRANSLATION -> steps * (cell + h * h) + (double) this.batch * (time + 1)
          * (cell + 2.0 * time * h + 2 * h * h + h * (symbols + 1));
      case PIXELS -> steps * cell;
    };
    return 3 * each;
  }
}
