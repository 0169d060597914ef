package dev.unroll.examples.quickstart;

import dev.unroll.cell.Gru;
import dev.unroll.layer.Merge;
import dev.unroll.model.*;
import dev.unroll.train.Trainer;
import java.util.List;

/// A predictor for texts: the characters, and the names of the labels, are saved with the model.
final class LabelTexts {
  static Prediction train(List<String> names, List<String> nationalities, String name) {
    var stack = RecurrentStack.of(Gru.cell(), 96).bidirectional(Merge.CONCATENATE);
    var model = SequenceToVector.of(
        Inputs.characters(names), stack, Outputs.labels(nationalities));
    IO.println(Trainer.of(model).epochs(10).fitTexts(names, nationalities));
    var answer = model.predictor().predict(name);
    IO.println("%s: %s, then %s".formatted(name, answer, answer.all()));
    return answer;
  }
}
