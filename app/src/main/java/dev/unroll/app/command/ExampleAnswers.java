package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.Unanswered;
import dev.unroll.data.DataException;
import dev.unroll.datasets.example.InputFile;
import dev.unroll.datasets.example.InputReader;
import dev.unroll.format.json.Json;
import java.io.IOException;

/// Answers the inputs of a reader, a line each, in their order.
final class ExampleAnswers {
  /// The number of inputs side by side.
  private static final int BATCH = 64;

  private final Terminal terminal;
  private final Predictor predictor;
  private final int steps;
  private final Unanswered unanswered;

  /// @param steps the largest number of steps of an answer
  ExampleAnswers(Terminal terminal, Predictor predictor, int steps) {
    this.terminal = terminal;
    this.predictor = predictor;
    this.steps = steps;
    unanswered = new Unanswered(terminal);
  }

  /// Answers all inputs.
  void all(InputReader reader, Engine engine) throws IOException {
    while (true) {
      try {
        var next = reader.next(BATCH);
        if (next.inputs().isEmpty()) {
          return;
        }
        some(next, engine);
      } catch (DataException e) {
        unanswered.add(Failure.sentence(e));
      }
    }
  }

  private void some(InputFile inputs, Engine engine) {
    try {
      answer(inputs, engine);
    } catch (DataException _) { // thrown before the first answer
      for (int i = 0; i < inputs.inputs().size(); i++) {
        try {
          answer(inputs.only(i), engine);
        } catch (DataException e) {
          unanswered.add(Failure.sentence(e));
        }
      }
    }
  }

  private void answer(InputFile inputs, Engine engine) {
    var examples = predictor.examples(inputs, steps);
    for (var answer : predictor.predict(engine, examples, steps)) {
      terminal.println(Json.write(answer));
    }
  }

  /// Throws if an input could not be answered.
  void requireAll() {
    unanswered.requireNone();
  }
}
