package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.data.Values.Symbols;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Long calls could not be ended: a beam of thousands of symbols went on although its thread was
/// interrupted, as a server does when nobody waits for the answer any longer.
class CancellationTest {
  private static final RecurrentStack STACK = RecurrentStack.of(Gru.cell(), 4);

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static void assertEnds(ThrowingCallable call) throws Throwable {
    call.call();
    Thread.currentThread().interrupt();
    assertThatThrownBy(call).isInstanceOf(CancellationException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
    call.call(); // the predictor serves again
  }

  @Test
  void predictionsEndBetweenBatches() throws Throwable {
    var each = SequenceToSequence.of(Inputs.symbols(3, 2), STACK, Outputs.numbers(2), 1)
        .predictor();
    assertEnds(() -> each.predict(1, 2));
    var one = SequenceToVector.of(Inputs.symbols(3, 2), STACK, Outputs.numbers(2))
        .predictor();
    assertEnds(() -> one.predictValues(List.of(Symbols.of(1, 2))));
  }

  @Test
  void decodingEndsBetweenSymbols() throws Throwable {
    var model =
        EncoderDecoder.of(Inputs.symbols(3, 2), STACK, STACK, Outputs.symbols(3)).initialized();
    for (var search : List.of(Search.greedy(), Search.beam(3, 0.6),
        Search.sampling(new Sampling(1, 0, 1)))) {
      var predictor = model.predictor().search(search).longest(4);
      assertEnds(() -> predictor.decode(Symbols.of(0, 1)));
    }
    var beam = model.predictor().longest(4);
    assertEnds(() -> beam.hypotheses(Symbols.of(0, 1), new Search.Beam(3, 0.6)));
  }
}
