package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Values.Features;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.series.Series;
import dev.unroll.table.Pairs;
import dev.unroll.table.Sentences;
import dev.unroll.table.Sequences;
import dev.unroll.table.Table;
import dev.unroll.table.Texts;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.TaggerOptions;
import dev.unroll.task.tag.TaggerTraining;
import dev.unroll.task.transduce.Segmentation;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.TransducerOptions;
import dev.unroll.task.transduce.TransducerTraining;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trainings of tasks that begin with a trained one: it says layers, symbols, labels and scaling,
/// what does not fit it is refused, and it stays as it is.
class FurtherTrainingTest {
  /// At this rate an epoch changes next to nothing.
  private static final Settings STILL = Settings.parse("rate=1e-9");
  private static final Offset<Float> HARDLY = Offset.offset(1e-5f);

  private static Texts texts(int n, String... words) {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < n; i++) {
      texts.add("the film number %d was %s".formatted(i, words[i % words.length]));
      labels.add(words[i % words.length].startsWith("g") ? "pos"
          : words[i % words.length].startsWith("b") ? "neg" : "odd");
    }
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("review", texts);
    columns.put("mood", labels);
    return Table.of("reviews", columns).text("review").label("mood");
  }

  private static float[] weights(Structure model) {
    return model.parameters().values().clone();
  }

  private static void assertRefused(ThrowingCallable training, String... parts) {
    assertThatThrownBy(training)
        .isInstanceOfAny(DataException.class, IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }

  /// Without a task: a file is loaded and trained, as docs/import.md shows.
  @Test
  void aModelOfAFile(@TempDir Path folder) throws IOException {
    var examples = IntStream.range(0, 40)
        .mapToObj(i -> new Example(Features.ofRows(new float[] {i % 7 * 100}, new float[] {i % 3}),
            Features.ofRows(new float[] {i % 7 * 50 + 9})))
        .toList();
    var scaling = Scaling.standard(examples.stream().map(e -> (Features) e.input()).toList());
    var first = SequenceToVector.of(Inputs.features(1).scaled(scaling),
        RecurrentStack.of(Gru.cell(), 5), Outputs.numbers(1));
    Trainer.of(first).epochs(2).fit(examples);
    first.save(folder.resolve("model.safetensors"));
    var model = Model.load(folder.resolve("model.safetensors"));
    var still = Trainer.of(model).recipe(Recipe.of(1).learningRate(1e-9)).fit(examples);
    assertThat(weights(model)).containsExactly(weights(first), HARDLY);
    var further = Trainer.of(model).recipe(Recipe.of(5).learningRate(0.05)).fit(examples);
    assertThat(further.loss()).isLessThan(still.loss());
  }

  @Test
  void aClassifierOfTexts() {
    var options = ClassifierOptions.DEFAULT.epochs(3);
    var first = Classifier.train(texts(60, "good", "bad", "other"), options);
    var before = weights(first.model());
    var data = texts(40, "great", "bland");
    var same = Classifier.train(data, options.from(first).settings(STILL).epochs(1));
    assertThat(weights(same.model())).containsExactly(before, HARDLY);
    assertThat(same.labels()).containsExactly("neg", "odd", "pos");
    assertThat(same.textForm()).isEqualTo(first.textForm());
    assertThat(same.model().architecture().inputs())
        .isEqualTo(first.model().architecture().inputs());
    var tuned = Classifier.train(data, options.from(first).balanced(true).seed(3)
        .settings(Settings.parse("rate=0.01,dropout=0.1,batch=4,hidden=32")));
    assertThat(weights(tuned.model())).isNotEqualTo(before);
    assertThat(tuned.model().architecture().body().dropout()).isEqualTo(0.1);
    assertThat(weights(first.model())).isEqualTo(before);
    assertThat(ClassifierTraining.of(data, null, options.from(first)).tunable().space().toString())
        .contains("rate", "dropout", "batch").doesNotContain("hidden").doesNotContain("layers");

    var two = Classifier.train(data, options);
    assertRefused(() -> Classifier.train(texts(40, "good", "bad", "other"), options.from(two)),
        "reviews, row 3",
        "the label \"odd\" is not among the 2 of the classifier that the training "
            + "begins with, neg, pos");
    assertThat(first.answersEachStep()).isFalse();
    // It was ignored.
    assertRefused(() -> Classifier.train(data, options.from(first).streaming(true)),
        "is to answer after every step", "reads whole sequences");
    assertRefused(() -> Classifier.train(data, options.from(first).unit(TextForm.Unit.CHARACTERS)),
        "the unit is characters", "reads words");
    assertRefused(
        () -> Classifier.train(data, options.from(first).settings(Settings.parse("hidden=7"))),
        "the setting hidden is 7, but the model that the training begins with has 32");
    assertRefused(() -> Classifier.train(sequences(2, 1), options.from(first)),
        "has 2 numbers a step", "reads texts");
  }

  private static Sequences sequences(int columns, float size) {
    var all = new ArrayList<List<float[]>>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      float sign = i % 2 == 0 ? size : -size;
      int k = i;
      all.add(IntStream.range(0, 3 + i % 3).mapToObj(t -> {
        var step = new float[columns];
        for (int c = 0; c < columns; c++) {
          step[c] = sign * (t + 1) + k + c;
        }
        return step;
      }).toList());
      labels.add(i % 2 == 0 ? "up" : "down");
    }
    return Sequences.of(all.stream().map(steps -> steps.toArray(float[][]::new)).toList(), labels);
  }

  @Test
  void aClassifierOfNumbersKeepsItsScaling() {
    var options = ClassifierOptions.DEFAULT.epochs(2);
    var first = Classifier.train(sequences(2, 1), options);
    var before = weights(first.model());
    var tuned = Classifier.train(sequences(2, 1000), options.from(first).settings(STILL));
    assertThat(tuned.model().architecture()).isEqualTo(first.model().architecture());
    assertThat(weights(tuned.model())).containsExactly(before, HARDLY);
    assertRefused(() -> Classifier.train(sequences(3, 1), options.from(first)),
        "has 3 numbers a step, but the classifier that the training begins with reads 2 numbers");
    assertRefused(() -> Classifier.train(texts(40, "good", "bad"), options.from(first)),
        "reviews has texts", "reads numbers over time");
  }

  private static Sentences sentences(String type) {
    var tokens = new ArrayList<List<String>>();
    var tags = new ArrayList<List<String>>();
    for (int i = 0; i < 40; i++) {
      tokens.add(List.of("Nakamura" + i, "flew", "to", "Oslo"));
      tags.add(List.of("B-" + type, "O", "O", i % 2 == 0 ? "B-LOC" : "O"));
    }
    return Sentences.of(tokens, tags);
  }

  @Test
  void aTagger() {
    var options = TaggerOptions.DEFAULT.epochs(1).settings(Settings.parse("hidden=8,letters=4"));
    var first = Tagger.train(sentences("PER"), null, options);
    var before = weights(first.model());
    var same =
        Tagger.train(sentences("LOC"), null, options.from(first).settings(STILL).seed(2));
    assertThat(weights(same.model())).containsExactly(before, HARDLY);
    assertThat(same.labels()).isEqualTo(first.labels());
    assertThat(same.model().architecture().inputs())
        .isEqualTo(first.model().architecture().inputs());
    assertThat(weights(first.model())).isEqualTo(before);
    assertRefused(() -> Tagger.train(sentences("ORG"), null, options.from(first)),
        "sentence 1: the tag \"B-ORG\" is not among the 5 of the tagger that the training begins "
            + "with, B-LOC, B-PER, I-LOC, I-PER, O");
    assertRefused(() -> Tagger.train(sentences("PER"), null,
        options.from(first).settings(Settings.parse("letters=3"))),
        "the setting letters is 3, but the model that the training begins with has 4");
    assertThat(TaggerTraining.of(sentences("PER"), null, options.from(first)).tunable().space()
        .toString()).contains("rate").doesNotContain("letters");
  }

  private static Pairs pairs(int from, String end) {
    var sources = IntStream.range(from, from + 60).mapToObj(Integer::toString).toList();
    var targets =
        IntStream.range(from, from + 60).mapToObj(i -> Integer.toString(7 * i) + end).toList();
    return Pairs.of(sources, targets);
  }

  @Test
  void aTransducer() {
    var options = TransducerOptions.DEFAULT.epochs(1).settings(Settings.parse("hidden=8"));
    var first = Transducer.train(pairs(1000, ""), options);
    var before = weights(first.model());
    var same = Transducer.train(pairs(31_000, ""), options.from(first).settings(STILL));
    assertThat(weights(same.model())).containsExactly(before, HARDLY);
    assertThat(same.model().architecture()).isEqualTo(first.model().architecture());
    assertThat(same.source().unit()).isEqualTo(first.source().unit());
    assertThat(weights(first.model())).isEqualTo(before);
    assertRefused(() -> Transducer.train(pairs(1000, ""), options.from(first)
        .units(Segmentation.Unit.WORDS, null)), "sources are to be cut into words, but the "
            + "transducer that the training begins with has characters");
    assertRefused(() -> Transducer.train(pairs(1000, ""), options.from(first).merges(9)),
        "9 merges are asked");
    assertRefused(() -> Transducer.train(pairs(1000, "é"), options.from(first)),
        "every target has a symbol that the transducer", "\"é\"");
    assertRefused(() -> Transducer.train(pairs(1000, ""),
        options.from(first).settings(Settings.parse("hidden=9"))),
        "the setting hidden is 9, but the model that the training begins with has 8");
    assertThat(TransducerTraining.of(pairs(1000, ""), null,
        options.from(first).settings(Settings.NONE)).tunable().space().toString())
        .contains("rate").doesNotContain("hidden");
  }

  private static Series series(String column, int n, double size) {
    var values = new ArrayList<String>();
    for (int t = 0; t < n; t++) {
      values.add(Double.toString(size * (5 * Math.sin(2 * Math.PI * t / 12) + t % 5)));
    }
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put(column, values);
    return Series.of(Table.of("waves", columns)).withoutTime();
  }

  @Test
  void aForecaster() {
    var training = Forecaster.training(Horizon.steps(6)).season(12).epochs(1);
    var first = training.quantiles(0.2, 0.5, 0.8).train(series("load", 300, 1));
    var before = weights(first.model());
    var again = Forecaster.training(Horizon.steps(6)).epochs(1).from(first);
    var same = again.settings(STILL).train(series("load", 400, 100));
    assertThat(weights(same.model())).containsExactly(before, HARDLY);
    assertThat(same.lookBack()).isEqualTo(first.lookBack());
    assertThat(same.model().architecture()).isEqualTo(first.model().architecture());
    assertThat(same.forecast(series("load", 300, 1)).at(0).median())
        .isCloseTo(first.forecast(series("load", 300, 1)).at(0).median(), Offset.offset(1e-3));
    assertThat(weights(first.model())).isEqualTo(before);
    assertRefused(
        () -> Forecaster.training(Horizon.steps(7)).from(first).train(series("load", 300, 1)),
        "the horizon is 7 steps, but that of the forecaster that the training begins with is 6");
    assertRefused(() -> again.lookBack(8).train(series("load", 300, 1)), "the window is 8 steps");
    assertRefused(() -> again.season(7).train(series("load", 300, 1)), "the season is 7 steps");
    assertRefused(() -> again.quantiles(0.1, 0.5, 0.9).train(series("load", 300, 1)),
        "the quantiles are [0.1, 0.5, 0.9]", "has [0.2, 0.5, 0.8]");
    assertRefused(() -> again.settings(Settings.parse("hidden=3")).train(series("load", 300, 1)),
        "the setting hidden is 3");
    assertRefused(() -> again.train(series("other", 300, 1)), "load");
    assertThat(again.tunable(series("load", 300, 1)).space().toString()).contains("rate")
        .doesNotContain("hidden");
  }

  @Test
  void aDetector() {
    var training = Detector.training().epochs(1);
    var first = training.train(series("load", 300, 1));
    var before = weights(first.model());
    var again = training.from(first);
    var same = again.settings(STILL).alarmRate(0.05).train(series("load", 400, 1.5));
    assertThat(weights(same.model())).containsExactly(before, HARDLY);
    assertThat(same.model().architecture()).isEqualTo(first.model().architecture());
    assertThat(same.threshold()).isLessThan(first.threshold());
    assertThat(weights(first.model())).isEqualTo(before);
    assertRefused(() -> again.lead(3).train(series("load", 300, 1)), "the lead is 3 steps",
        "begins with is");
    assertRefused(() -> again.train(series("other", 300, 1)), "has the column other",
        "begins with watches load");
    assertRefused(() -> again.settings(Settings.parse("hidden=3")).train(series("load", 300, 1)),
        "the setting hidden is 3");
    assertThat(again.tunable().space().toString()).contains("rate").doesNotContain("hidden");
  }
}
