package dev.unroll.spark.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.data.text.Excerpt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.CatalystTypeConverters$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.jspecify.annotations.Nullable;

/// The rows of a partition with their answers, in their order. Some are read ahead, so that the
/// model has sequences of similar length to read side by side.
final class ScoredRows implements Iterator<InternalRow> {
  /// The most steps, or characters, that are read ahead, unless one row has more.
  private static final long STEPS = 1L << 20;

  private static final Pattern ALONE = Pattern.compile("^Sample 0 \\(the first is 0\\): ");

  private final Iterator<InternalRow> rows;
  private final RowScoring scoring;
  private final CellForm.CellReader reader;
  private final CellModel.Answers answers;
  private final ArrayDeque<InternalRow> scored = new ArrayDeque<>();

  /// Rows that are read and not scored, and their cells; null where there is no answer.
  private final List<InternalRow> waiting = new ArrayList<>();
  private final List<@Nullable Object> cells = new ArrayList<>();

  ScoredRows(Iterator<InternalRow> rows, RowScoring scoring) {
    this.rows = rows;
    this.scoring = scoring;
    var column = scoring.schema().apply(scoring.index());
    reader = scoring.model().cells().reads().reader(column.name(), scoring.index(),
        column.dataType());
    answers = scoring.model().cells().answers();
  }

  @Override
  public boolean hasNext() {
    return !scored.isEmpty() || rows.hasNext();
  }

  @Override
  public InternalRow next() {
    if (scored.isEmpty()) {
      if (!rows.hasNext()) {
        throw new NoSuchElementException();
      }
      readAhead();
      score();
    }
    return scored.remove();
  }

  private void readAhead() {
    long steps = 0;
    while (rows.hasNext() && waiting.size() < scoring.rows() && steps < STEPS) {
      var row = rows.next().copy(); // Spark writes the next one to the same place
      var cell = cell(row);
      waiting.add(row);
      cells.add(cell);
      steps += length(cell);
    }
  }

  private @Nullable Object cell(InternalRow row) {
    try {
      return reader.of(row);
    } catch (DataException e) {
      return invalid(row, e);
    }
  }

  private static long length(@Nullable Object cell) {
    return switch (cell) {
      case Values values -> values.length();
      case String text -> text.length();
      case null, default -> 1;
    };
  }

  private void score() {
    var present = new ArrayList<Object>(cells.size());
    for (var cell : cells) {
      if (cell != null) {
        present.add(cell);
      }
    }
    var found = all(present);
    var next = found == null ? null : found.iterator();
    for (int i = 0; i < waiting.size(); i++) {
      var row = waiting.get(i);
      var cell = cells.get(i);
      scored.add(with(row, cell == null ? null : next == null ? one(row, cell) : next.next()));
    }
    waiting.clear();
    cells.clear();
  }

  /// The answers for all; null if there is one that cannot be read.
  private @Nullable List<?> all(List<Object> present) {
    try {
      return present.isEmpty() ? List.of() : answers.of(present);
    } catch (DataException e) {
      return null;
    }
  }

  private @Nullable Object one(InternalRow row, Object cell) {
    try {
      return answers.of(List.of(cell)).getFirst();
    } catch (DataException e) {
      return invalid(row, e);
    }
  }

  private @Nullable Object invalid(InternalRow row, DataException e) {
    if (scoring.invalid() == InvalidRows.KEEP) {
      return null;
    }
    throw new DataException(("the row %s cannot be scored: %s. Mend it, or have the answers of "
        + "such rows null by InvalidRows.KEEP, or handleInvalid = keep")
        .formatted(Excerpt.of(String.valueOf(CatalystTypeConverters$.MODULE$
            .convertToScala(row, scoring.schema()))), why(e)),
        e);
  }

  /// What is wrong, without a full stop at its end, and without the number of the sample at its
  /// beginning, which is not that of the row: it was read alone.
  private static String why(DataException e) {
    return ALONE.matcher(String.valueOf(e.getMessage())).replaceFirst("").replaceFirst("\\.$", "");
  }

  private static InternalRow with(InternalRow row, @Nullable Object answer) {
    return new JoinedRow(row, new GenericInternalRow(new @Nullable Object[] {answer}));
  }
}
