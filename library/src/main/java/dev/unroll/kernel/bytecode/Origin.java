package dev.unroll.kernel.bytecode;

import dev.unroll.expr.Cell;
import java.util.List;

/// The origin of a stage, for stack traces and dumps.
///
/// @param cell the name of the cell
/// @param pass `forward` or `backward`
/// @param equations the equations of the cell as text
public record Origin(String cell, String pass, List<String> equations) {

  /// Copies its list.
  public Origin {
    equations = List.copyOf(equations);
  }

  /// The equation with this number, counted from 1; for others the name of the cell.
  String equation(int number) {
    return number < 1 || number > equations.size() ? cell : equations.get(number - 1);
  }

  /// Makes the frames of emitted code name their equations:
  /// `at dev.unroll.emitted.lstm.forward(c' = f * c + i * g:5)`.
  <T extends Throwable> T explain(T thrown) {
    var frames = thrown.getStackTrace();
    for (int i = 0; i < frames.length; i++) {
      var frame = frames[i];
      if (frame.getClassName().startsWith(Emitter.PACKAGE)) {
        frames[i] = new StackTraceElement(frame.getClassName(), frame.getMethodName(),
            equation(frame.getLineNumber()), frame.getLineNumber());
      }
    }
    thrown.setStackTrace(frames);
    return thrown;
  }

  /// A pass of a cell.
  public static Origin of(Cell cell, String pass) {
    return new Origin(cell.name(), pass, cell.toString().lines().limit(cell.equations().size())
        .map(line -> line.replaceAll(" +", " ")).toList());
  }
}
