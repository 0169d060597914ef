package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.data.Values.Features;
import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.protocol.TensorSpec;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import dev.unroll.task.forecast.Forecast;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import dev.unroll.task.transduce.Transducer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The tasks as models that are served: their answers as tensors.
final class ServedTasks {
  private static final String TEXT = "text";
  private static final String PROBABILITIES = "probabilities";
  private static final String PROBABILITY = "probability";

  private ServedTasks() {}

  // --- classes

  static List<TensorSpec> inputs(Classifier classifier) {
    return List.of(classifier.readsTexts() ? TensorSpec.of(TEXT, Datatype.BYTES, -1)
        : ValueSequences.spec(classifier.model().architecture().inputs()));
  }

  static List<TensorSpec> outputs(Classifier classifier) {
    return List.of(TensorSpec.of("label", Datatype.BYTES, -1),
        TensorSpec.of(PROBABILITIES, Datatype.FP32, -1, classifier.labels().size())
            .labels(classifier.labels()));
  }

  static List<TensorData> answer(Classifier classifier, InferRequest request, int longest) {
    var answers = classifier.readsTexts()
        ? classifier.classifyTexts(List.of(request.require(TEXT).texts()))
        : classifier.classifySequences(ValueSequences.of(request,
            classifier.model().architecture().inputs(), longest).stream()
            .map(Features.class::cast).toList());
    var labels = classifier.labels();
    var probabilities = new float[answers.size() * labels.size()];
    for (int i = 0; i < answers.size(); i++) {
      for (int c = 0; c < labels.size(); c++) {
        probabilities[i * labels.size() + c] =
            Objects.requireNonNull(answers.get(i).all().get(labels.get(c))).floatValue();
      }
    }
    return List.of(
        TensorData.of("label", answers.stream().map(Classification::label).toList(),
            answers.size()),
        TensorData.of(PROBABILITIES, probabilities, answers.size(), labels.size()));
  }

  // --- tags

  static List<TensorSpec> tagInputs() {
    return List.of(TensorSpec.of(TEXT, Datatype.BYTES, 1));
  }

  static List<TensorSpec> tagOutputs() {
    return List.of(TensorSpec.of("token", Datatype.BYTES, -1),
        TensorSpec.of("tag", Datatype.BYTES, -1),
        TensorSpec.of(PROBABILITY, Datatype.FP32, -1),
        TensorSpec.of("start", Datatype.INT64, -1), TensorSpec.of("end", Datatype.INT64, -1));
  }

  static List<TensorData> answer(Tagger tagger, InferRequest request, int longest) {
    var text = one(request);
    ValueSequences.requireLength(tagger.split(text).size(), longest);
    var tags = tagger.tag(text).tags();
    int n = tags.size();
    var probabilities = new float[n];
    for (int i = 0; i < n; i++) {
      probabilities[i] = (float) tags.get(i).probability();
    }
    return List.of(TensorData.of("token", tags.stream().map(Tags.Tag::token).toList(), n),
        TensorData.of("tag", tags.stream().map(Tags.Tag::tag).toList(), n),
        TensorData.of(PROBABILITY, probabilities, n),
        TensorData.of("start", tags.stream().mapToLong(Tags.Tag::start).toArray(), n),
        TensorData.of("end", tags.stream().mapToLong(Tags.Tag::end).toArray(), n));
  }

  private static String one(InferRequest request) {
    var texts = request.require(TEXT).texts();
    if (texts.length != 1) {
      throw invalid("the input text has %d texts, expected 1; /v1/tag answers for many",
          texts.length);
    }
    return texts[0];
  }

  // --- texts

  static List<TensorSpec> transducerInputs() {
    return List.of(TensorSpec.of(TEXT, Datatype.BYTES, -1));
  }

  static List<TensorSpec> transducerOutputs() {
    return List.of(TensorSpec.of("text_output", Datatype.BYTES, -1),
        TensorSpec.of(PROBABILITY, Datatype.FP32, -1));
  }

  static List<TensorData> answer(Transducer transducer, InferRequest request, int longest) {
    var given = List.of(request.require(TEXT).texts());
    given.forEach(text -> ValueSequences.requireLength(transducer.source().split(text).size(),
        longest));
    var answers = request.parameters().containsKey("beam")
        ? transducer.transduce(given,
            ServedStructures.whole(request.parameters(), "beam", 1, ServedStructures.MOST_BEAM))
        : transducer.transduce(given);
    var probabilities = new float[answers.size()];
    var texts = new ArrayList<String>();
    for (int i = 0; i < probabilities.length; i++) {
      texts.add(answers.get(i).text());
      probabilities[i] = (float) answers.get(i).probability();
    }
    return List.of(TensorData.of("text_output", texts, probabilities.length),
        TensorData.of(PROBABILITY, probabilities, probabilities.length));
  }

  // --- forecasts

  static List<TensorSpec> inputs(Forecaster forecaster) {
    var columns = ForecastInput.columns(forecaster);
    return List.of(TensorSpec.of(ValueSequences.FEATURES, Datatype.FP64, -1, columns.size())
        .labels(columns));
  }

  static List<TensorSpec> outputs(Forecaster forecaster) {
    return List.of(TensorSpec.of("quantiles", Datatype.FP64, forecaster.targets().size(),
        forecaster.horizon(), forecaster.levels().size())
        .labels(forecaster.levels().stream().map(String::valueOf).toList()));
  }

  static List<TensorData> answer(Forecaster forecaster, InferRequest request, int longest) {
    var columns = ForecastInput.columns(forecaster);
    var tensor = request.require(ValueSequences.FEATURES);
    int[] shape = tensor.shape();
    if (shape.length != 2 || shape[1] != columns.size() || shape[0] < 1) {
      throw invalid("the input %s does not fit; expected [T, %d], of 1 or more steps T, each a row"
          + " of %s", tensor, columns.size(), columns);
    }
    ValueSequences.requireLength(shape[0], longest);
    var start = request.parameters().get("start");
    var series = ForecastInput.series(forecaster, tensor.doubles(),
        start == null ? null : start.toString());
    return List.of(quantiles(forecaster,
        ForecastInput.requireFinite(forecaster.forecast(series))));
  }

  private static TensorData quantiles(Forecaster forecaster, Forecast forecast) {
    int levels = forecaster.levels().size();
    int steps = forecast.length();
    var values = new double[forecast.lines().size() * steps * levels];
    int at = 0;
    for (var line : forecast.lines()) {
      for (var step : line.steps()) {
        for (double quantile : step.quantiles()) {
          values[at++] = quantile;
        }
      }
    }
    return TensorData.of("quantiles", Arrays.copyOf(values, at), forecast.lines().size(), steps,
        levels);
  }
}
