package dev.unroll.kernel.bytecode;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Instructions being assembled. They are recorded first and written later, as the setup of a loop
/// is known only after its body.
final class Code {
  private final List<Consumer<CodeBuilder>> steps = new ArrayList<>();
  private int equation = -1;

  /// A place to jump to.
  static final class Mark {
    private @Nullable Label label;

    Label in(CodeBuilder c) {
      var known = label;
      if (known == null) {
        known = c.newLabel();
        label = known;
      }
      return known;
    }
  }

  Code add(Consumer<CodeBuilder> step) {
    steps.add(step);
    return this;
  }

  Code add(Code other) {
    steps.addAll(other.steps);
    return this;
  }

  /// Sets the equation of the instructions that follow, which becomes their line number.
  Code equation(int number) {
    if (number != equation) {
      equation = number;
      add(c -> c.lineNumber(number));
    }
    return this;
  }

  Code bind(Mark mark) {
    return add(c -> c.labelBinding(mark.in(c)));
  }

  Code vector(int local) {
    return add(c -> c.aload(local));
  }

  Code toVector(int local) {
    return add(c -> c.astore(local));
  }

  Code integer(int local) {
    return add(c -> c.iload(local));
  }

  Code toInteger(int local) {
    return add(c -> c.istore(local));
  }

  Code number(int local) {
    return add(c -> c.fload(local));
  }

  Code toNumber(int local) {
    return add(c -> c.fstore(local));
  }

  Code constant(int value) {
    return add(c -> c.loadConstant(value));
  }

  void writeTo(CodeBuilder c) {
    steps.forEach(step -> step.accept(c));
  }
}
