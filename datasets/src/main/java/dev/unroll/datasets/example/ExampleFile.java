package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Features;
import dev.unroll.datasets.format.SourceBytes;
import dev.unroll.table.Table;
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
/// An array of such objects may stand in place of the lines.
///
/// CSV, TSV or Parquet with the columns `input` and `target` (others are left out); numbers in a
/// cell are separated by spaces, and the rows of several numbers by semicolons, or the cell is a
/// JSON array.
///
/// @param examples in the order of the file
/// @param inputTokens the tokens of the inputs; `null` if they are numbers
/// @param targetTokens the tokens of the targets; `null` if they are numbers
/// @param name of the file
/// @param lines the line of each example
/// @param groups the group of each example; `null` for none
/// @param unseen the labels that are not among the tokens given, each as often as it occurs: their
///     targets are −1
public record ExampleFile(List<Example> examples, @Nullable Tokens inputTokens,
    @Nullable Tokens targetTokens, String name, List<Long> lines, @Nullable List<String> groups,
    List<String> unseen) {

  /// How a file is read.
  ///
  /// @param names of the columns or fields
  /// @param inputTokens of another file, if there is one; `null`: those that occur
  /// @param targetTokens likewise
  public record Format(SideNames names, As input, @Nullable Tokens inputTokens, As target,
      @Nullable Tokens targetTokens) {

    /// A format with the tokens that occur.
    public Format(As input, As target) {
      this(SideNames.DEFAULT, input, null, target, null);
    }
  }

  /// Reads a file: a table (CSV, TSV, Parquet, MATLAB) if its name says so, else JSON Lines.
  ///
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile read(Path file, Format format) {
    return Looks.isTable(file) ? table(file, format) : jsonLines(file, format);
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
    return new ExampleFile(examples, inputTokens, targetTokens, name, lines, groups, unseen);
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
    return jsonLines(file, new Format(input.as(), target.as()));
  }

  /// Reads JSON Lines.
  ///
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile jsonLines(Path file, Format format) {
    var source = SourceBytes.of(file);
    var names = format.names();
    var inputs = new JsonSide("input", names.input(), format.input());
    var targets = new JsonSide("target", names.target(), format.target());
    var group = names.group();
    return of(source.name(), JsonLine.all(source, JsonLine.EXAMPLE),
        new Columns<>(inputs::cell, targets::cell,
            group == null ? null : line -> JsonSide.group(line, group)),
        format);
  }

  /// Reads CSV or TSV.
  ///
  /// @throws DataException one sentence with the number of the line
  public static ExampleFile table(Path file, Format format) {
    var table = Table.read(file);
    var names = format.names();
    var inputs = new TableSide("input", TableSide.column(table, Side.INPUT, names.input()),
        format.input());
    var targets = new TableSide("target", TableSide.column(table, Side.TARGET, names.target()),
        format.target());
    var group = names.group() == null ? null : table.column(names.group());
    return of(table.name(), TableSide.Row.all(table),
        new Columns<>(inputs::cell, targets::cell,
            group == null ? null : row -> group.text(row.number()).strip()),
        format);
  }

  /// What is taken of each row.
  private record Columns<R>(Function<R, SideValue> input, Function<R, SideValue> target,
      @Nullable Function<R, String> group) {}

  private static <R extends Numbered> ExampleFile of(String name, List<R> rows,
      Columns<R> columns, Format format) {
    var inputs = new ArrayList<SideValue>(rows.size());
    var targets = new ArrayList<SideValue>(rows.size());
    var groups = columns.group() == null ? null : new ArrayList<String>(rows.size());
    for (var row : rows) {
      at(name, row, () -> {
        inputs.add(columns.input().apply(row));
        targets.add(columns.target().apply(row));
        if (groups != null && columns.group() != null) {
          groups.add(columns.group().apply(row));
        }
      });
    }
    if (rows.isEmpty()) {
      throw new DataException("%s has no examples; give at least one.".formatted(name));
    }
    var knownInputs =
        format.inputTokens() != null ? format.inputTokens() : SideValue.tokens(inputs);
    var knownTargets =
        format.targetTokens() != null ? format.targetTokens() : SideValue.tokens(targets);
    var examples = new ArrayList<Example>(rows.size());
    var unseen = new ArrayList<String>();
    for (int i = 0; i < rows.size(); i++) {
      var input = inputs.get(i);
      var target = targets.get(i);
      at(name, rows.get(i), () -> examples.add(new Example(input.values(knownInputs),
          format.target() == As.LABEL ? target.label(knownTargets, unseen)
              : target.values(knownTargets))));
    }
    return new ExampleFile(examples, knownInputs, knownTargets, name,
        rows.stream().map(Numbered::line).toList(), groups, unseen);
  }

  /// Reads something of a row, and names the line in what is thrown.
  private static void at(String name, Numbered row, Runnable reads) {
    try {
      reads.run();
    } catch (DataException e) {
      throw new DataException("%s, line %d: %s".formatted(name, row.line(), e.getMessage()), e);
    }
  }
}
