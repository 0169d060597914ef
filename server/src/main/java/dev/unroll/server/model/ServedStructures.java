package dev.unroll.server.model;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.model.Generative;
import dev.unroll.model.GenerativePredictor;
import dev.unroll.model.Outputs;
import dev.unroll.model.Search;
import dev.unroll.model.SequencePredictor;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorPredictor;
import dev.unroll.model.loss.Loss;
import dev.unroll.server.batch.Lanes;
import dev.unroll.server.model.ServedModel.Whole;
import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.protocol.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The four structures as models that are served.
final class ServedStructures {
  private static final String TEXT = "text";
  private static final int MOST_STEPS_WRITTEN = 10_000;
  static final int MOST_BEAM = 100;

  private ServedStructures() {}

  /// The inputs of a structure.
  static List<TensorSpec> inputs(Structure model) {
    return List.of(ValueSequences.spec(model.architecture().inputs()));
  }

  /// The outputs of a structure.
  static List<TensorSpec> outputs(Structure model) {
    var outputs = model.architecture().outputs();
    return switch (model) {
      case SequenceToSequence _ -> List.of(spec(outputs, -1, -1));
      case SequenceToVector _ -> List.of(spec(outputs, -1));
      case Generative _ when !outputs.loss().isOfClasses() -> List.of(spec(outputs, -1, -1));
      case Generative _ -> {
        var all = new ArrayList<TensorSpec>();
        all.add(TensorSpec.of(ValueSequences.SYMBOLS, Datatype.INT64, -1, -1));
        all.add(TensorSpec.of("log_probability", Datatype.FP64, -1));
        if (outputs.labels() != null) {
          all.add(TensorSpec.of(TEXT, Datatype.BYTES, -1));
        }
        yield all;
      }
    };
  }

  private static TensorSpec spec(Outputs outputs, Integer... lead) {
    var shape = new ArrayList<>(List.of(lead));
    shape.add(outputs.size());
    return new TensorSpec(name(outputs), Datatype.FP32, shape, labels(outputs));
  }

  /// `probabilities` of classes and bits, `numbers` of numbers.
  static String name(Outputs outputs) {
    return outputs.loss().countsRight() ? "probabilities" : "numbers";
  }

  static List<String> labels(Outputs outputs) {
    var labels = outputs.labels();
    return labels == null || labels.size() != outputs.size() ? List.of() : labels.toList();
  }

  /// How a structure answers whole sequences.
  ///
  /// @param longest the most steps of one
  static Whole whole(Structure model, int longest) {
    var inputs = model.architecture().inputs();
    if (inputs.letters() != null) {
      return _ -> {
        throw RefusedException.invalid(
            "the model reads words with their letters, which are no tensor; use /v1/tag");
      };
    }
    return switch (model) {
      case SequenceToSequence it -> {
        var predictors = new Lanes<SequencePredictor>(it::predictor);
        yield request -> {
          var sequences = ValueSequences.of(request, inputs, longest);
          return List.of(steps(name(it.architecture().outputs()),
              predictors.use(predictor -> predictor.predict(sequences))));
        };
      }
      case SequenceToVector it -> {
        var predictors = new Lanes<VectorPredictor>(it::predictor);
        yield request -> {
          var sequences = ValueSequences.of(request, inputs, longest);
          return List.of(vectors(name(it.architecture().outputs()),
              predictors.use(predictor -> predictor.predictValues(sequences))));
        };
      }
      case Generative it -> {
        var predictors = new Lanes<GenerativePredictor>(it::predictor);
        boolean classes = it.architecture().outputs().loss() instanceof Loss.CrossEntropy;
        yield request -> {
          var sequences = ValueSequences.of(request, inputs, longest);
          return predictors.use(predictor -> classes
              ? decoded(predictor, sequences, request.parameters(),
                  it.architecture().outputs().labels())
              : written(predictor, sequences, request.parameters()));
        };
      }
    };
  }

  private static TensorData steps(String name, List<float[][]> rows) {
    int batch = rows.size();
    int time = rows.stream().mapToInt(r -> r.length).max().orElse(0);
    int outputs = rows.getFirst()[0].length;
    var y = new float[Math.multiplyExact(batch * time, outputs)];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < rows.get(b).length; t++) {
        System.arraycopy(rows.get(b)[t], 0, y, (b * time + t) * outputs, outputs);
      }
    }
    return TensorData.of(name, y, batch, time, outputs);
  }

  private static TensorData vectors(String name, List<float[]> rows) {
    int outputs = rows.getFirst().length;
    var y = new float[rows.size() * outputs];
    for (int b = 0; b < rows.size(); b++) {
      System.arraycopy(rows.get(b), 0, y, b * outputs, outputs);
    }
    return TensorData.of(name, y, rows.size(), outputs);
  }

  private static List<TensorData> decoded(GenerativePredictor predictor, List<Values> sequences,
      Map<String, Object> parameters, @Nullable Tokens labels) {
    predictor.longest(whole(parameters, "max_tokens", 200, MOST_STEPS_WRITTEN));
    predictor.search(Search.beam(whole(parameters, "beam", 1, MOST_BEAM), 0.6));
    var found = predictor.decode(sequences);
    int time = found.stream().mapToInt(h -> h.symbols().length).max().orElse(0);
    var symbols = new long[found.size() * time];
    Arrays.fill(symbols, -1);
    var probabilities = new double[found.size()];
    for (int b = 0; b < found.size(); b++) {
      int[] written = found.get(b).symbols();
      for (int t = 0; t < written.length; t++) {
        symbols[b * time + t] = written[t];
      }
      probabilities[b] = found.get(b).logProbability();
    }
    var all = new ArrayList<TensorData>();
    all.add(TensorData.of(ValueSequences.SYMBOLS, symbols, found.size(), time));
    all.add(TensorData.of("log_probability", probabilities, found.size()));
    if (labels != null) {
      boolean characters =
          labels.toList().stream().allMatch(t -> t.codePointCount(0, t.length()) == 1);
      all.add(TensorData.of(TEXT, found.stream().map(h -> String.join(characters ? "" : " ",
          labels.decode(h.symbols()))).toList(), found.size()));
    }
    return all;
  }

  private static List<TensorData> written(GenerativePredictor predictor, List<Values> sequences,
      Map<String, Object> parameters) {
    int steps = whole(parameters, "steps", 0, MOST_STEPS_WRITTEN);
    if (steps == 0) {
      throw new DataException("the model writes numbers without an end; say how many steps by the"
          + " parameter steps");
    }
    return List.of(steps("numbers",
        sequences.stream().map(sequence -> predictor.predict(sequence, steps)).toList()));
  }

  /// A whole number among the parameters of a request; another one if it is not there.
  static int whole(Map<String, Object> parameters, String name, int otherwise,
      int most) {
    return switch (parameters.get(name)) {
      case null -> otherwise;
      case Long n when n >= 1 && n <= most -> n.intValue();
      case Object other -> throw RefusedException.invalid(
          "the parameter %s is %s, expected a whole number of 1 to %d", name,
          Shown.value(other), most);
    };
  }
}
