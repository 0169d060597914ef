package dev.unroll.spark.training;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.spark.file.Sha256;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model with its data, which is trained in this process and on a cluster.
enum TrainingCase implements TrainingBatches {
  CLASSIFIER {
    @Override
    Structure model() {
      return SequenceToVector.of(Inputs.features(3),
          RecurrentStack.of(Lstm.cell(), 5).variational(0.3, VariationalDropout.Masks.TIED)
              .dropout(0.2),
          Pooling.MEAN, Outputs.classes(4), 2);
    }

    @Override
    public Batches train(Structure model) {
      return Batches.of(classified(160), 16, 3);
    }

    @Override
    public Batches validation(Structure model) {
      return Batches.byLength(classified(20), 16);
    }
  },
  LANGUAGE_MODEL {
    @Override
    Structure model() {
      return LanguageModel.of(7, Gru.cell(), 6);
    }

    @Override
    public Batches train(Structure model) {
      return Batches.text(symbols(900, 7), 8, 11);
    }
  },
  ENCODER_DECODER {
    @Override
    Structure model() {
      return EncoderDecoder.of(Inputs.symbols(5, 4), RecurrentStack.of(Gru.cell(), 6),
          RecurrentStack.of(Gru.cell(), 6), Outputs.symbols(5)).initialized();
    }

    @Override
    public Batches train(Structure model) {
      var examples = new ArrayList<Example>();
      for (int i = 0; i < 80; i++) {
        var symbols = symbols(2 + i % 6, 5);
        examples.add(new Example(new Values.Symbols(symbols), new Values.Symbols(symbols)));
      }
      return Batches.of(examples, 8, 3);
    }
  };

  static final int SHARDS = 8;
  private static final CounterRandom RANDOM = CounterRandom.of(31).stream("members");

  abstract Structure model();

  private static List<Example> classified(int count) {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < count; i++) {
      var x = new float[3 * (2 + i % 5)];
      RANDOM.uniforms(i, x, 0, x.length);
      examples.add(new Example(new Values.Features(x, 3), Values.Symbols.of(i % 4)));
    }
    return examples;
  }

  private static int[] symbols(int n, int of) {
    var symbols = new int[n];
    for (int i = 0; i < n; i++) {
      symbols[i] = (int) (of * RANDOM.uniform(n, i));
    }
    return symbols;
  }

  /// Ten steps an epoch.
  static Recipe recipe(int steps) {
    return Recipe.of(Math.max(1, steps / 10)).patience(1000).learningRate(0.01).shards(SHARDS);
  }

  /// The SHA-256 of the model file of a single process.
  String alone(Recipe recipe, Path folder) throws Exception {
    try (var engine = Engine.of(1)) {
      var model = model();
      @Nullable
      Batches validation = validation(model);
      Trainer.of(model).recipe(recipe).engine(engine).folder(folder)
          .fit(train(model), validation);
    }
    return digest(folder);
  }

  /// The SHA-256 of the model file in a folder.
  static String digest(Path folder) throws Exception {
    return Sha256.of(Files.readAllBytes(folder.resolve("model.safetensors")));
  }
}
