package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A listener that wants statistics of some steps alone.
class RareUpdatesTest {
  private static final TextTask TASK = TextTask.of("letters", "to be or not to be. ".repeat(20));

  @Test
  void onlyTheStepsThatAreWantedAreMeasured() throws IOException {
    var every = measured(1);
    var some = measured(4);
    assertThat(every).hasSizeGreaterThan(12);
    assertThat(some).isEqualTo(every.stream().filter(one -> one.step() % 4 == 0).toList());
  }

  private record Measured(long step, double cosine, double change) {}

  private static List<Measured> measured(int of) throws IOException {
    var found = new ArrayList<Measured>();
    try (var engine = Engine.of(1)) {
      var model = LanguageModel.parts(TASK.tokens(), 5, RecurrentStack.of(Gru.cell(), 6), 1)
          .initialized();
      Trainer.of(model).recipe(Recipe.of(2)).engine(engine)
          .session(TASK.batches(4, 7), TASK.validationBatches()).fit(new TrainingListener() {
            @Override
            public boolean wantsUpdates() {
              return true;
            }

            @Override
            public boolean wantsUpdate(long step) {
              return step % of == 0;
            }

            @Override
            public void update(Update update) {
              found.add(new Measured(update.step(), update.cosine(), update.change(0)));
            }
          });
    }
    return found;
  }
}
