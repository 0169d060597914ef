package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Parameters of equations that nothing uses stayed at their initial values without a word.
class RemarksTest {
  @Test
  void parametersThatNothingUsesAreNamed() {
    var cell = Cell.parse("my", """
        a  = V x + b
        q' = Q q + W x
        h' = tanh(W x + U h)
        """);
    assertThat(cell.remarks()).containsExactly(
        "my: nothing that the layer puts out (h') depends on a, so V, b will never learn; use a in "
            + "another equation, or take its line away",
        "my: nothing that the layer puts out (h') depends on q', so Q will never learn; use q' in "
            + "another equation, or take its line away");
  }

  @Test
  void whatIsUsedAtALaterStepLearns() {
    assertThat(Cell.parse("my", """
        a  = V [x; q]
        h' = tanh(W x + h)
        q' = Q x + h'
        y  = a * h'
        out y
        """).remarks()).isEmpty();
  }

  /// A value without parameters of its own may be there to be looked at.
  @Test
  void equationsWithoutParametersAreNotSpokenOf() {
    assertThat(Cell.parse("my", "h' = tanh(W x + h)\ng = σ(h')").remarks()).isEmpty();
  }

  /// Such a cell trained without a word, and could not learn.
  @Test
  void anOutputWithoutInputIsNamed() {
    assertThat(Cell.parse("blind", "a = V x\nh' = tanh(U h)").remarks()).first().asString()
        .isEqualTo(
            "blind: nothing that the layer puts out (h') depends on the input x, so it is the"
                + " same for every input; use x in an equation");
    assertThat(Cell.parse("later", "h' = tanh(U h + q)\nq' = W [x; q]").remarks()).isEmpty();
  }
}
