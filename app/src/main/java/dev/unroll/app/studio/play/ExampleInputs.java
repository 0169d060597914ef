package dev.unroll.app.studio.play;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.FittingExamples;
import dev.unroll.app.data.Sides;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.studio.runs.Run;
import dev.unroll.app.task.ClassifierData;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.example.As;
import dev.unroll.format.json.Json;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The examples of the data that a model was trained on, each as it could be typed.
public final class ExampleInputs {
  private final int count;
  private final IntFunction<String> input;
  private final IntFunction<String> target;

  private ExampleInputs(int count, IntFunction<String> input, IntFunction<String> target) {
    this.count = count;
    this.input = input;
    this.target = target;
  }

  /// Reads the data.
  ///
  /// @param terminal of this command, from whose folder the run's may differ
  /// @throws IOException one sentence, if the data is not there any more
  public static ExampleInputs of(Run run, Playable model, Terminal terminal) throws IOException {
    if (!Answering.answersExamples(model)) {
      throw new IllegalArgumentException(
          "%s answers no examples".formatted(model.file().source()));
    }
    return model.task() == null ? ofFit(model.file(), terminal)
        : ofClassifier(run, Classifier.of(model.needTask()), terminal);
  }

  private static ExampleInputs ofClassifier(Run run, Classifier classifier, Terminal terminal)
      throws IOException {
    var command = StoredCommand.read(run.folder());
    var names = classifier.columns();
    var file = command.at(terminal).path(Path.of(command.data().firstEntry().getKey()));
    var data = ClassifierData.read(file, new ClassifierData.Columns(name(names.get("text")),
        name(names.get("label")), null)).sequences();
    var sequences = Objects.requireNonNull(data, "a classifier of numbers");
    return new ExampleInputs(sequences.size(), i -> numbers(sequences.sequences().get(i)),
        sequences.labels()::get);
  }

  private static @Nullable String name(@Nullable Object column) {
    return column == null ? null : column.toString();
  }

  private static ExampleInputs ofFit(ModelFile file, Terminal terminal) throws IOException {
    var given = Sides.given(file);
    if (given == null) {
      throw new IOException("the model does not say what it was trained on; write an input");
    }
    var examples = FittingExamples.read(terminal.folder(), file, given.names(), given.input(),
        given.target(), given.source()).examples();
    var inputs = file.vocabularies().get(ExampleData.INPUT);
    var targets = file.vocabularies().get(ExampleData.OUTPUT);
    return new ExampleInputs(examples.size(),
        i -> text(examples.get(i).input(), given.input(), inputs),
        i -> text(examples.get(i).target(), given.target(), targets));
  }

  /// An example.
  ///
  /// @throws IllegalArgumentException if there is no such one
  public SequencedMap<String, Object> at(int number) {
    if (number < 0 || number >= count) {
      throw new IllegalArgumentException(
          "example %d: there are %d, counted from 0".formatted(number, count));
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("count", count);
    fields.put("number", number);
    fields.put("input", input.apply(number));
    fields.put("target", target.apply(number));
    return fields;
  }

  private static String text(Values values, As as, @Nullable List<String> names) {
    if (values instanceof Features numbers) {
      return numbers(numbers);
    }
    int[] symbols = values instanceof Symbols(var numbers) ? numbers : new int[0];
    if (names == null) {
      return symbols.length == 1 ? Integer.toString(symbols[0]) : Arrays.toString(symbols);
    }
    var tokens = Arrays.stream(symbols).mapToObj(symbol -> symbol < 0 ? "" : names.get(symbol))
        .toList();
    return as == As.WORDS
        ? tokens.stream().anyMatch(token -> token.contains(" ")) ? Json.write(tokens)
            : String.join(" ", tokens)
        : String.join("", tokens);
  }

  /// `[1, 2]` for a number a step, else a row a step.
  private static String numbers(Features numbers) {
    var rows = new ArrayList<Object>();
    for (int t = 0; t < numbers.length(); t++) {
      var row = new ArrayList<Object>();
      for (int f = 0; f < numbers.columns(); f++) {
        row.add(shortest(numbers.exact(t * numbers.columns() + f)));
      }
      rows.add(numbers.columns() == 1 ? row.getFirst() : row);
    }
    return Json.write(rows);
  }

  private static Object shortest(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return (long) value;
    }
    float rounded = (float) value;
    return rounded == value ? Double.parseDouble(Float.toString(rounded)) : value;
  }
}
