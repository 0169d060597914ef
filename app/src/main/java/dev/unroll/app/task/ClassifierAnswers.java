package dev.unroll.app.task;

import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.Unanswered;
import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.format.json.Json;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Classifies inputs as they arrive and prints an object on a line for each, in their order; for an
/// input that cannot be classified the object has an `error`, which is also reported.
public final class ClassifierAnswers implements ClassifierInputs.Taker {
  private static final int BATCH = 64;

  private final Terminal terminal;
  private final Classifier classifier;
  private final boolean all;
  private final List<String> texts = new ArrayList<>();
  private final List<Features> sequences = new ArrayList<>();
  private final Unanswered unanswered;

  /// @param all whether the probabilities of all classes are printed
  public ClassifierAnswers(Terminal terminal, Classifier classifier, boolean all) {
    this.terminal = terminal;
    this.classifier = classifier;
    this.all = all;
    unanswered = new Unanswered(terminal);
  }

  /// Throws if an input could not be classified.
  public void requireAll() {
    unanswered.requireNone();
  }

  @Override
  public void text(String text, String where) {
    if (!classifier.readsTexts()) {
      wrong("%s: expected an array of numbers, as the classifier reads numbers over time."
          .formatted(where));
      return;
    }
    texts.add(text);
    if (texts.size() == BATCH) {
      flush();
    }
  }

  @Override
  public void sequence(Features steps, String where) {
    if (classifier.readsTexts()) {
      wrong("%s: expected a text, as the classifier reads texts.".formatted(where));
      return;
    }
    int columns = classifier.model().architecture().inputs().size();
    if (steps.columns() != columns) {
      wrong("%s: %d numbers a step, but the classifier reads %d.".formatted(where, steps.columns(),
          columns));
      return;
    }
    sequences.add(steps);
    if (sequences.size() == BATCH) {
      flush();
    }
  }

  @Override
  public void wrong(String sentence) {
    flush();
    unanswered.add(sentence);
  }

  @Override
  public void flush() {
    if (!texts.isEmpty()) {
      classifier.classifyTexts(texts).forEach(this::print);
      texts.clear();
    }
    if (!sequences.isEmpty()) {
      numbers();
    }
  }

  private void numbers() {
    var some = List.copyOf(sequences);
    sequences.clear();
    try {
      classifier.classifySequences(some).forEach(this::print);
    } catch (DataException _) { // thrown before the first answer
      for (var one : some) {
        try {
          classifier.classifySequences(List.of(one)).forEach(this::print);
        } catch (DataException e) {
          wrong(Failure.sentence(e));
        }
      }
    }
  }

  private void print(Classification answer) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("label", answer.label());
    fields.put("probability", answer.probability());
    if (all) {
      fields.put("all", answer.all());
    }
    terminal.println(Json.write(fields));
  }
}
