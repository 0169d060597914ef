package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Null failed far inside a parser, with the words of Java for a method call on it.
@SuppressWarnings("NullAway") // that is what is tested
class NullArgumentsTest {
  @Test
  void ofACellAreRefusedByTheirNames() {
    var cell = Gru.cell();
    refused("text", () -> Cell.parse("x", null));
    refused("text", () -> Cell.parse(null));
    refused("name", () -> Cell.parse(null, "h' = h"));
    refused("file", () -> Cell.read(null));
    refused("name", () -> cell.named(null));
    refused("equations", () -> cell.equations(null));
    refused("initializer", () -> cell.initializer("bz", null));
    refused("parameter", () -> cell.initializer(null, Initializer.parse("bz", "3")));
    refused("start", () -> cell.start("h", null));
    refused("state", () -> cell.start(null, new Expr.Constant(1)));
    refused("matrix", () -> cell.heads(null, 2));
    refused("name", () -> Cells.find(null));
  }

  private static void refused(String argument, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument);
  }
}
