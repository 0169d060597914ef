package dev.unroll.spark.each;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.spark.file.ModelBytes;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/// Trains the classifiers of the keys of a partition, one after another.
///
/// @param fewest examples of a key with a model of its own
/// @param fallback the file of a classifier of many keys; null for none
record KeyClassifierTraining(ClassifyEach.Setup setup, int fewest, byte @Nullable [] fallback)
    implements
      EachKey {

  @Override
  public UnaryOperator<Row> worker(Engine engine) throws IOException {
    var file = fallback;
    var global = file == null ? null : Classifier.of(ModelBytes.task(file, "the fallback"));
    return key -> of(key, engine, global);
  }

  private Row of(Row key, Engine engine, @Nullable Classifier global) {
    var examples = KeyExamples.of(List.of(key));
    String why;
    try {
      if (examples.size() < fewest) {
        throw new DataException(
            ("it has %d example%s, expected at least %d for a model of its own; "
                + "bring more, or set fewest").formatted(examples.size(),
                    examples.size() == 1 ? "" : "s",
                    fewest));
      }
      var own = examples.train(setup.of(ClassifierOptions.DEFAULT).engine(engine));
      var report = own.report();
      return row(key, examples, KeyForecasts.OWN, new double[] {report.accuracy(),
        report.baseline(), report.macroF1()}, null, own.toBytes());
    } catch (RuntimeException e) {
      why = EachKey.why(e);
    }
    if (global != null) {
      try {
        var report = examples.judge(global);
        return row(key, examples, KeyForecasts.GLOBAL, new double[] {report.accuracy(),
          examples.mostFrequent(), report.macroF1()}, why, null);
      } catch (RuntimeException e) {
        why = EachKey.both(why, EachKey.why(e));
      }
    }
    return row(key, examples, null, null, why, null);
  }

  private static Row row(Row key, KeyExamples examples, @Nullable String source,
      double @Nullable [] figures, @Nullable String why, byte @Nullable [] model) {
    return RowFactory.create(key.get(0), source, examples.size(), examples.classes(),
        figures == null ? null : figures[0], figures == null ? null : figures[1],
        figures == null ? null : figures[2], why, model);
  }
}
