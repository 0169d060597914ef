package dev.unroll.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Gru;
import dev.unroll.model.LanguageModel;
import dev.unroll.train.text.TextCoding.Unit;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TextTaskTest {
  private static final String TEXT = "ab".repeat(500);

  /// Bytes that never occur begin with a probability of about one in the bytes of the text; their
  /// share of one half and more made a model worse to the end of its training.
  @Test
  void bytesThatDoNotOccurBeginImprobable() {
    var task = TextTask.of("ab", TEXT, Unit.BYTE, 0);
    var model = LanguageModel.of(256, Gru.cell(), 5);
    task.silenceAbsent(model);
    var block = Objects.requireNonNull(model.parameters().byName().get("output.c"));
    for (int b = 0; b < 256; b++) {
      assertThat((double) model.parameters().values()[block.offset() + b])
          .isCloseTo(b == 'a' || b == 'b' ? 0 : -Math.log(900 / 2.0), within(1e-6));
    }
  }

  /// All characters of a text occur, so that nothing changes.
  @Test
  void charactersKeepTheirInitialValues() {
    var task = TextTask.of("ab", TEXT);
    var model = LanguageModel.of(2, Gru.cell(), 5);
    float[] before = model.parameters().values().clone();
    task.silenceAbsent(model);
    assertThat(model.parameters().values()).containsExactly(before);
  }
}
