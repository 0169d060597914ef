package dev.unroll.examples.quickstart;

import dev.unroll.expr.Cell;
import dev.unroll.model.*;
import dev.unroll.train.Trainer;

/// A custom cell, written as its equations, learns a text character by character.
final class OwnCellOnText {
  static String train(String text, int epochs) {
    Cell cell = Cell.parse("my-cell", """
        f  = σ(Wf x + Uf h + bf)
        n  = tanh(Wn x + Un (f * h) + bn)
        h' = (1 - f) * h + f * n
        """);
    var model = LanguageModel.of(text, RecurrentStack.of(cell, 128));
    var result = Trainer.of(model).epochs(epochs)
        .onEpoch(epoch -> IO.println(model.generate(text.substring(0, 6), 60)))
        .fit(text);
    IO.println(result);
    return model.generate(text.substring(0, 6), 200);
  }
}
