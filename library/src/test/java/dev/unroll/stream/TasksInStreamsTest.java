package dev.unroll.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.DataException;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Texts;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Detectors, forecasters and classifiers give a stream what they give elsewhere.
class TasksInStreamsTest {
  private static final LocalDateTime START = LocalDateTime.of(2024, 2, 1, 0, 0);

  private record Event(LocalDateTime time, double... values) {
    long milliseconds() {
      return time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
  }

  private static EventBatch<Event> batch(StreamModel model) {
    return new EventBatch<>(model, (event, row) -> {
      for (int i = 0; i < row.size(); i++) {
        row.set(i, event.values[i]);
      }
    }, BadEvents.SKIP, 4);
  }

  /// Scores one event, and returns the score.
  private static float[] scored(EventBatch<Event> batch, Event event, KeyState state) {
    batch.clear();
    assertThat(batch.add(event, event.milliseconds(), state)).isNull();
    batch.score();
    return batch.score(0).toArray();
  }

  private static double[] wave(int n) {
    var values = new double[n];
    for (int t = 0; t < n; t++) {
      values[t] = (float) (20 + 5 * Math.sin(t * Math.PI / 12) + (t * 7919 % 13) / 26.0);
    }
    return values;
  }

  @Test
  void aDetectorJudgesAsAWatch() {
    var values = wave(400);
    var detector = Detector.training().epochs(2)
        .train(Series.of(Arrays.copyOf(values, 300)).start(START, TimeStep.hours(1)));
    var model = StreamModel.of(detector);
    assertThat(model.features()).containsExactly("value");
    var watch = detector.watch();
    var batch = batch(model);
    var state = model.initial();
    values[200] = 90;
    values[210] = Double.NaN;
    int alarms = 0;
    for (int t = 0; t < 400; t++) {
      if (t % 50 == 13) {
        continue;
      }
      var time = START.plusHours(t);
      var expected = watch.next(time, values[t]);
      var found = scored(batch, new Event(time, values[t]), state);
      assertThat(found).containsExactly((float) expected.expected(), (float) expected.distance(),
          (float) expected.likelihood(), expected.alarm() ? 1 : 0);
      assertThat(batch.score(0).alarm()).isEqualTo(expected.alarm());
      alarms += expected.alarm() ? 1 : 0;
      state = KeyState.fromBytes(state.toBytes());
    }
    assertThat(alarms).isPositive();
    batch.clear();
    assertThat(batch.add(new Event(START, 1), new Event(START).milliseconds(), state))
        .startsWith("the time 2024-02-01T00:00 is before the last one, 2024-02-17T15:00");
  }

  @Test
  void aForecasterForecastsAsFromItsHistory() {
    var values = wave(700);
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("load", values);
    columns.put("wind", Arrays.copyOfRange(wave(701), 1, 701));
    var series = Series.columns(columns).target("load").past("wind").start(START,
        TimeStep.hours(1));
    var forecaster = Forecaster.training(Horizon.hours(3)).epochs(1).train(series.first(600));
    var model = StreamModel.of(forecaster);
    assertThat(model.features()).containsExactly("load", "wind");
    assertThat(model.outputs()).hasSize(3 * (1 + forecaster.levels().size()))
        .startsWith("load+1", "load+1 q0.1");
    var batch = batch(model);
    var state = model.initial();
    int from = 700 - 2 * forecaster.lookBack();
    float[] found = {};
    for (int t = from; t < 700; t++) {
      found = scored(batch, new Event(START.plusHours(t), columns.get("load")[t],
          columns.get("wind")[t]), state);
      assertThat(Float.isNaN(found[0])).isEqualTo(t - from < forecaster.lookBack() - 1);
    }
    var expected = forecaster.forecast(series).lines().getFirst();
    var numbers = new ArrayList<Float>();
    for (var step : expected.steps()) {
      numbers.add((float) step.median());
      step.quantiles().forEach(q -> numbers.add(q.floatValue()));
    }
    assertThat(found).hasSize(numbers.size());
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isEqualTo(numbers.get(i));
    }
  }

  @Test
  void aClassifierAnswersForTheSequenceSoFar() {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      texts.add("the film was %s and %s to see".formatted(i % 2 == 0 ? "good" : "bad",
          i % 3 == 0 ? "long" : "short"));
      labels.add(i % 2 == 0 ? "up" : "down");
    }
    var options = ClassifierOptions.DEFAULT.epochs(3).validation(0.2);
    var whole = Classifier.train(Texts.of(texts, labels), options);
    assertThatThrownBy(() -> StreamModel.of(whole)).isInstanceOf(DataException.class)
        .hasMessageContaining("unroll train classify --streaming");
    var classifier =
        Classifier.train(Texts.of(texts, labels), options.streaming(true));
    var model = StreamModel.of(classifier);
    assertThat(model.outputs()).containsExactly("down", "up");
    var batch = new EventBatch<String>(model, Features.token(word -> word), BadEvents.SKIP, 1);
    var state = model.initial();
    var read = new ArrayList<String>();
    for (var word : List.of("The", "film", "was", "good", "and", "unheard")) {
      read.add(word);
      assertThat(batch.add(word, 0, state)).isNull();
      batch.score();
      var expected = classifier.classify(String.join(" ", read));
      assertThat((double) batch.score(0).value("up"))
          .isCloseTo(expected.all().get("up"), within(1e-6));
      assertThat(batch.score(0).label()).isEqualTo(expected.label());
      batch.clear();
    }
  }
}
