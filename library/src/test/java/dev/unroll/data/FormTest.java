package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormTest {
  private static final Form LABELS =
      new Form(new Kind.Features(2), new Kind.Symbols(3), Pairing.ONE_TARGET);
  private static final Example GOOD = new Example(rows(1, 2, 3, 4), Symbols.of(2));

  private static Features rows(float... values) {
    return new Features(values, 2);
  }

  private static void assertRefused(Form form, Example bad, String message) {
    assertThatThrownBy(() -> form.check(List.of(GOOD, bad)))
        .isInstanceOf(DataException.class)
        .hasMessage("Sample 1 (the first is 0): " + message);
  }

  @Test
  void eachKindOfBadDataHasOneSentence() {
    assertRefused(
        LABELS,
        new Example(rows(1, 2, 3, Float.NaN), Symbols.of(0)),
        "the input at step 1, column 1 is NaN, expected a finite number; replace it, or mask the"
            + " step and put 0 there.");
    assertRefused(
        LABELS,
        new Example(rows(Float.NEGATIVE_INFINITY, 2), Symbols.of(0)),
        "the input at step 0, column 0 is -Infinity, expected a finite number; replace it, or mask"
            + " the step and put 0 there.");
    assertRefused(
        LABELS,
        new Example(rows(1, 2), Symbols.of(3)),
        "the target at step 0 is symbol 3, expected 0 … 2 or −1 for no target; correct it, or"
            + " use a model of more symbols.");
    assertRefused(
        LABELS,
        new Example(rows(), Symbols.of(0)),
        "the input has no steps, expected at least 1; leave this sample out.");
    assertRefused(
        LABELS,
        new Example(new Features(new float[3], 3), Symbols.of(0)),
        "the input has 3 numbers a step, expected 2; give every sample the same columns.");
    assertRefused(
        LABELS,
        new Example(Symbols.of(1), Symbols.of(0)),
        "the input is 1 symbols, expected rows of 2 numbers.");
    assertRefused(
        LABELS,
        GOOD.inputMask(true),
        "the mask of present steps has 1 steps, expected 2.");
    assertRefused(
        LABELS,
        GOOD.inputMask(false, false),
        "no step of the input is present, expected at least 1; leave this sample out.");
    assertRefused(
        LABELS,
        GOOD.targetMask(true, true),
        "the mask of asked steps has 2 steps, expected 1.");
  }

  @Test
  void inputsHaveNoMinusOne() {
    var form = new Form(new Kind.Symbols(4), new Kind.Symbols(4), Pairing.ANY);
    assertThatThrownBy(() -> form.check(new Example(Symbols.of(1, -1), Symbols.of(-1)), 17))
        .hasMessage(
            "Sample 17 (the first is 0): the input at step 1 is symbol -1, expected 0 … 3; correct"
                + " it, or use a model of more symbols.");
  }

  @Test
  void lengthsHaveToFitTheStructure() {
    var two = new Example(rows(1, 2, 3, 4), Symbols.of(0, 1));
    assertRefused(LABELS, two, "the target has 2 steps, expected 1 for the whole input.");
    var tagging = new Form(LABELS.input(), LABELS.target(), Pairing.STEP_BY_STEP);
    assertThatCode(() -> tagging.check(List.of(two))).doesNotThrowAnyException();
    assertThatThrownBy(() -> tagging.check(List.of(two, GOOD)))
        .hasMessage(
            "Sample 1 (the first is 0): the target has 1 steps, expected 2, one for each step of "
                + "the input.");
    var captions = new Form(LABELS.input(), LABELS.target(), Pairing.ONE_INPUT);
    assertThatThrownBy(() -> captions.check(two, 5))
        .hasMessage(
            "Sample 5 (the first is 0): the input has 2 steps, expected 1 vector or symbol.");
  }

  @Test
  void theFormOfAListHasAsManySymbolsAsItNeeds() {
    var form = Form.of(
        List.of(GOOD, new Example(rows(1, 2), Symbols.of(5, -1)),
            new Example(rows(1, 2), GOOD.target())));
    assertThat(form)
        .isEqualTo(new Form(new Kind.Features(2), new Kind.Symbols(6), Pairing.ANY));
  }

  @Test
  void rowsHaveOneWidth() {
    assertThatThrownBy(() -> Features.ofRows(new float[2], new float[3]))
        .isInstanceOf(DataException.class)
        .hasMessage("Features: row 1 has 3 columns, but row 0 has 2; give rows of one width.");
    assertThatThrownBy(() -> rows(1, 2, 3))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Features: 3 numbers do not make rows of 2; give whole rows of at least 1 column.");
  }
}
