package dev.unroll.app.task;

import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.Unanswered;
import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.format.json.Json;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.Transduction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Transduces texts as they arrive and prints an object on a line for each, in their order; for a
/// text that cannot be read the object has an `error`, which is also reported.
public final class TransducerAnswers implements ClassifierInputs.Taker {
  private static final int BATCH = 64;

  private final Terminal terminal;
  private final Transducer transducer;
  private final int beam;
  private final boolean all;
  private final List<String> texts = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private final Unanswered unanswered;

  /// @param beam how many prefixes are followed
  /// @param all whether everything that the beam has found is printed
  public TransducerAnswers(Terminal terminal, Transducer transducer, int beam, boolean all) {
    this.terminal = terminal;
    this.transducer = transducer;
    this.beam = beam;
    this.all = all;
    unanswered = new Unanswered(terminal);
  }

  /// Throws if a text could not be read.
  public void requireAll() {
    unanswered.requireNone();
  }

  @Override
  public void text(String text, String where) {
    texts.add(text);
    places.add(where);
    if (texts.size() == BATCH) {
      flush();
    }
  }

  @Override
  public void sequence(Features steps, String where) {
    wrong("%s: expected a text, as the transducer reads texts.".formatted(where));
  }

  @Override
  public void wrong(String sentence) {
    flush();
    unanswered.add(sentence);
  }

  @Override
  public void flush() {
    var some = List.copyOf(texts);
    var where = List.copyOf(places);
    texts.clear();
    places.clear();
    try {
      transducer.transduce(some, beam).forEach(this::print);
    } catch (DataException _) { // thrown before the first answer
      for (int i = 0; i < some.size(); i++) {
        try {
          transducer.transduce(List.of(some.get(i)), beam).forEach(this::print);
        } catch (DataException e) {
          wrong(where.get(i) + ": " + Failure.sentence(e));
        }
      }
    }
  }

  private void print(Transduction answer) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("output", answer.text());
    fields.put("probability", answer.probability());
    if (answer.cut()) {
      fields.put("cut", true);
    }
    if (all) {
      var found = new ArrayList<Object>();
      for (var one : answer.hypotheses()) {
        var hypothesis = new LinkedHashMap<String, Object>();
        hypothesis.put("output", one.text());
        hypothesis.put("probability", one.probability());
        found.add(hypothesis);
      }
      fields.put("all", found);
    }
    terminal.println(Json.write(fields));
  }
}
