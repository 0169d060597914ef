package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Tokens;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.EventScore;
import dev.unroll.stream.FeatureRow;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that is scored in streams gives two keys in a store what it gives them in memory: the
/// states survive their bytes.
class ReadyModelsTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @Test
  void theSurpriseOfTheNextToken() {
    var tokens = Tokens.of(List.of("view", "cart", "pay"));
    var model = StreamModel.of(SequenceToSequence.of(Inputs.symbols(3, 4).named(tokens),
        RecurrentStack.of(Gru.cell(), 6), Outputs.classes(3).named(tokens), 5)).surprise(1.5);
    var visits = IntStream.range(0, 60).mapToObj(i -> tokens.toList().get(i * i % 7 % 3)).toList();
    requireSame(model, ModelSource.of(model), Features.token(token -> token), visits);
  }

  @Test
  void anOnnxModelWithItsStates(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.onnx");
    OnnxExport.of(SequenceToSequence.of(Inputs.features(1),
        RecurrentStack.of(Lstm.cell(), 5).layers(2), Outputs.numbers(2), 7)).withStates()
        .write(file);
    requireSame(StreamModel.load(file), ModelSource.file(file.toString()),
        (Double value, FeatureRow row) -> row.set(0, value), wave(60));
  }

  @Test
  void aDetector() {
    var model = StreamModel.of(Detector.training().epochs(1).train(series()));
    requireSame(model, ModelSource.of(model), (value, row) -> row.set(0, value), wave(120));
  }

  @Test
  void theForecastOfTheNextValues() {
    var model = StreamModel.of(Forecaster.training(Horizon.steps(3)).epochs(1).train(series()));
    requireSame(model, ModelSource.of(model), (value, row) -> row.set(0, value), wave(120));
  }

  private static Series series() {
    return Series.of(wave(250).stream().mapToDouble(it -> it).toArray())
        .start(LocalDateTime.of(2024, 2, 1, 0, 0), TimeStep.hours(1));
  }

  private static List<Double> wave(int n) {
    return IntStream.range(0, n)
        .mapToObj(t -> 20 + 5 * Math.sin(t * Math.PI / 12) + t * 7919 % 13 / 26.0).toList();
  }

  private static <E> void requireSame(StreamModel model, ModelSource source, Features<E> features,
      List<E> events) {
    var batch = new EventBatch<E>(model, features, BadEvents.FAIL, 1);
    var states = List.of(model.initial(), model.initial());
    var scoring = Scoring.supplier(source, features, (E _, EventScore score) -> score
        .toArray());
    try (var driver = new ScoringDriver<>(scoring)) {
      for (int i = 0; i < events.size(); i++) {
        int key = i % 5 == 0 ? 1 : 0;
        assertThat(batch.add(events.get(i), HOUR * i, states.get(key))).isNull();
        batch.score();
        assertThat(driver.score("key" + key, events.get(i), HOUR * i))
            .containsExactly(batch.score(0).toArray());
        batch.clear();
      }
      assertThat(driver.states(Scoring.STORE).get("key0").value()).isEqualTo(states.get(0));
    }
  }
}
