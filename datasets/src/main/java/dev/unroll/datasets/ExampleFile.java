package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Features;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A user's examples.
///
/// JSON Lines, one example a line: `{"input": …, "target": …}`, where each side is a text, a
/// number, or an array of texts, of numbers, or of arrays of numbers (a row for each step).
///
/// ```text
/// {"input": "Nakamura", "target": "Japanese"}
/// {"input": [[0.1, 0.2], [0.3, 0.4]], "target": 0.5}
/// ```
///
/// CSV with a header that has the columns `input` and `target` (others are left
/// out); numbers in a cell are separated by spaces, and the rows of several numbers by semicolons.
///
/// @param examples in the order of the file
/// @param inputTokens the tokens of the inputs; `null` if they are numbers
/// @param targetTokens the tokens of the targets; `null` if they are numbers
/// @param name of the file
/// @param lines the line of each example
public record ExampleFile(List<Example> examples, @Nullable Tokens inputTokens,
    @Nullable Tokens targetTokens, String name, List<Long> lines) {

  /// Reads a file with the tokens of another one: CSV if its name says so, else JSON Lines.
  ///
  /// @param inputTokens `null` for those that occur
  /// @param targetTokens `null` for those that occur
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile read(Path file, As input, @Nullable Tokens inputTokens, As target,
      @Nullable Tokens targetTokens) {
    return Looks.isCsv(file) ? csv(file, input, inputTokens, target, targetTokens)
        : jsonLines(file, input, inputTokens, target, targetTokens);
  }

  /// Checks that every example has a form.
  ///
  /// @throws DataException one sentence with the number of the line
  public void check(Form form) {
    for (int i = 0; i < examples.size(); i++) {
      form.check(examples.get(i), where(i));
    }
  }

  /// The place of an example, for the beginning of a message: `names.jsonl, line 3`.
  public String where(int i) {
    return "%s, line %d".formatted(name, lines.get(i));
  }

  /// Other examples at the same places.
  ///
  /// @param examples the same number of examples
  public ExampleFile with(List<Example> examples) {
    return new ExampleFile(examples, inputTokens, targetTokens, name, lines);
  }

  /// Checks that the numbers of every target lie within limits.
  ///
  /// @param why they must, for the message
  /// @throws DataException one sentence with the number of the line
  public void checkTargets(double least, double most, String why) {
    for (int i = 0; i < examples.size(); i++) {
      if (examples.get(i).target() instanceof Features target) {
        for (int j = 0; j < target.values().length; j++) {
          double number = target.exact(j);
          if (!(number >= least && number <= most)) {
            throw new DataException(
                "%s, line %d: the target at step %d, column %d is %s, expected %s to %s %s."
                    .formatted(
                        name, lines.get(i), j / target.columns(), j % target.columns(),
                        BigDecimal.valueOf(number).stripTrailingZeros().toPlainString(),
                        BigDecimal.valueOf(least).stripTrailingZeros().toPlainString(),
                        BigDecimal.valueOf(most).stripTrailingZeros().toPlainString(), why));
          }
        }
      }
    }
  }

  /// Reads JSON Lines and detects the format of each side ([Looks]).
  ///
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile jsonLines(Path file) {
    var lines = JsonLine.all(SourceBytes.of(file), JsonLine.EXAMPLE);
    var input = JsonLook.of("input", lines, As.CHARACTERS, As.NUMBERS);
    var target = JsonLook.of("target", lines, As.LABEL, As.SYMBOLS);
    return jsonLines(file, input.as(), target.as());
  }

  /// Reads JSON Lines.
  ///
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile jsonLines(Path file, As input, As target) {
    return jsonLines(file, input, null, target, null);
  }

  /// Reads JSON Lines with the tokens of another file: to test a model that was trained on that.
  ///
  /// @param inputTokens `null`: those that occur
  /// @param targetTokens `null`: those that occur
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile jsonLines(Path file, As input, @Nullable Tokens inputTokens, As target,
      @Nullable Tokens targetTokens) {
    var source = SourceBytes.of(file);
    var inputs = new JsonSide("input", input);
    var targets = new JsonSide("target", target);
    return of(source, JsonLine.all(source, JsonLine.EXAMPLE), inputs::cell, inputTokens,
        targets::cell, targetTokens);
  }

  /// Reads CSV.
  ///
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile csv(Path file, As input, As target) {
    return csv(file, input, null, target, null);
  }

  /// Reads CSV with the tokens of another file: to test a model that was trained on that.
  ///
  /// @param inputTokens `null`: those that occur
  /// @param targetTokens `null`: those that occur
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile csv(Path file, As input, @Nullable Tokens inputTokens, As target,
      @Nullable Tokens targetTokens) {
    var source = SourceBytes.of(file);
    var table = CsvTable.of(source);
    var inputs = new CsvSide("input", table.column("input"), input);
    var targets = new CsvSide("target", table.column("target"), target);
    return of(source, table.rows(), inputs::cell, inputTokens, targets::cell, targetTokens);
  }

  private static <R extends Numbered> ExampleFile of(SourceBytes source, List<R> rows,
      Function<R, Side> inputOf, @Nullable Tokens inputTokens, Function<R, Side> targetOf,
      @Nullable Tokens targetTokens) {
    var inputs = new ArrayList<Side>(rows.size());
    var targets = new ArrayList<Side>(rows.size());
    for (var row : rows) {
      try {
        inputs.add(inputOf.apply(row));
        targets.add(targetOf.apply(row));
      } catch (DataException e) {
        throw new DataException(
            "%s, line %d: %s".formatted(source.name(), row.line(), e.getMessage()), e);
      }
    }
    if (rows.isEmpty()) {
      throw new DataException("%s has no examples; give at least one.".formatted(source.name()));
    }
    var knownInputs = inputTokens != null ? inputTokens : Side.tokens(inputs);
    var knownTargets = targetTokens != null ? targetTokens : Side.tokens(targets);
    var examples = new ArrayList<Example>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      try {
        examples.add(
            new Example(inputs.get(i).values(knownInputs), targets.get(i).values(knownTargets)));
      } catch (DataException e) {
        throw new DataException(
            "%s, line %d: %s".formatted(source.name(), rows.get(i).line(), e.getMessage()), e);
      }
    }
    return new ExampleFile(examples, knownInputs, knownTargets, source.name(),
        rows.stream().map(Numbered::line).toList());
  }
}
