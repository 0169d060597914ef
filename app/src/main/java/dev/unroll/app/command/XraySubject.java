package dev.unroll.app.command;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.TextSource;
import dev.unroll.app.task.TaskReading;
import dev.unroll.app.xray.ReadingModel;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.TextSplit;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.TaskFile;
import dev.unroll.train.text.TextCoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The model that `unroll xray` inspects, and its input.
///
/// @param data a text or a file of examples; `null` for the validation data of the model
/// @param time the number of characters of a text that are read
/// @param from the index of the first of them; the model reads those before it first
/// @param example the index of the one that is shown in full
public record XraySubject(Terminal terminal, @Nullable String data, int time, int from,
    int example) {
  /// The number of steps of a text that are shown unit by unit and output by output, which takes
  /// megabytes and grows with their square.
  private static final int SHOWN = 1_000;

  /// The largest number of examples of a mean.
  private static final int EXAMPLES = 32;

  /// Reads it.
  ///
  /// @throws IOException one sentence
  public ReadingModel read(Path model) throws IOException {
    var file = FiniteModel.read(model);
    var task = TaskFile.of(file);
    if (task.isPresent()) {
      return task(file, task.get());
    }
    return LanguageModel.is(file.model()) ? text(file) : examples(file);
  }

  private ReadingModel task(ModelFile file, TaskFile task) throws IOException {
    var read = TaskReading.of(terminal, task, data, Math.max(EXAMPLES, example + 1));
    if (example < read.examples().size() && !read.tokens().apply(example).isEmpty()) {
      return reading(file, read.model(), read.examples(), read.source(),
          read.tokens().apply(example),
          read.targets().apply(example));
    }
    return reading(file, read.examples(), read.source());
  }

  private ReadingModel text(ModelFile file) throws IOException {
    var source = data == null ? TextSource.trainedOn(file) : data;
    var whole = TextSource.of(terminal.folder(), source).text();
    var text = data == null ? TextSplit.of(whole).validation() : whole;
    var coding = TextCoding.of(file);
    int[] symbols = coding.encode(text);
    if (from + 2 > symbols.length) {
      throw new DataException(
          ("--from %d: %s has %,d %s there, and at least 2 have to be read from one of "
              + "them on")
              .formatted(from, source, symbols.length, coding.unit().words()));
    }
    int end = (int) Math.min(symbols.length, (long) from + time + 1);
    int[] read = Arrays.copyOfRange(symbols, from, end);
    var tokens = new ArrayList<String>();
    int shown = Math.min(SHOWN, read.length - 1);
    for (int i = 0; i < shown; i++) {
      tokens.add(coding.tokens().token(read[i]));
    }
    var model = file.languageModel();
    int[] past = Arrays.copyOf(symbols, from);
    return new ReadingModel(file.source(), engine -> Microscope.of(model, engine, past),
        List.of(Batches.next(read)),
        Batches.next(Arrays.copyOf(read, shown + 1)), tokens, List.of(),
        "reading %,d %s of %s, from %s %,d%s%s".formatted(read.length - 1,
            coding.unit().words(), source, coding.unit().word(), from,
            data == null ? " of its last tenth" : "",
            shown < read.length - 1 ? "; units are shown for the first %,d".formatted(shown) : ""));
  }

  private ReadingModel examples(ModelFile file) throws IOException {
    var evaluation = ExampleEvaluation.of(terminal.folder(), file, data, null);
    return reading(file, evaluation.examples(), evaluation.source());
  }

  private ReadingModel reading(ModelFile file, List<Example> all, String source) {
    requireExample(all);
    var shown = all.get(example);
    return reading(file, file.model(), all, source, tokens(file, ExampleData.INPUT, shown.input()),
        file.model() instanceof SequenceToSequence ? List.of()
            : answers(file, shown.target()));
  }

  private void requireExample(List<Example> all) {
    if (example >= all.size()) {
      throw new DataException("--example %d: there are %,d, counted from 0"
          .formatted(example, all.size()));
    }
  }

  private ReadingModel reading(ModelFile file, Model model, List<Example> all, String source,
      List<String> tokens, List<String> targets) {
    requireExample(all);
    var chosen = new ArrayList<Example>();
    chosen.add(all.get(example));
    for (int i = 0; i < all.size() && chosen.size() < EXAMPLES; i++) {
      if (i != example) {
        chosen.add(all.get(i));
      }
    }
    return new ReadingModel(file.source(), engine -> Microscope.of(model, engine), chosen,
        chosen.getFirst(), tokens, targets,
        "reading %,d examples of %s, number %d in full".formatted(chosen.size(),
            source, example));
  }

  /// Symbols as text, numbers by their index.
  private static List<String> answers(ModelFile file, Values target) {
    var written = tokens(file, ExampleData.OUTPUT, target);
    return written.isEmpty()
        ? IntStream.rangeClosed(1, target.length()).mapToObj(i -> "answer " + i).toList()
        : written;
  }

  /// Symbols as text; empty for numbers.
  private static List<String> tokens(
      ModelFile file, String vocabulary, Values values) {
    var names = file.vocabularies().get(vocabulary);
    if (names == null || !(values instanceof Symbols(var symbols))) {
      return List.of();
    }
    return Arrays.stream(symbols).mapToObj(symbol -> symbol < 0 ? "" : names.get(symbol)).toList();
  }
}
