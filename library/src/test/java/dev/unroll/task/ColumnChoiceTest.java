package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnChoiceTest {
  private static Table table(String... names) {
    var columns = new LinkedHashMap<String, List<String>>();
    var cells = List.of(List.of("1", "2", "3", "4"), List.of("short", "one", "s", "t"),
        List.of("a text of several words", "another one", "and more", "the last one"),
        List.of("x", "y", "y", "x"));
    for (int i = 0; i < names.length; i++) {
      columns.put(names[i], cells.get(i));
    }
    return Table.of("t", columns);
  }

  @Test
  void namesComeFirst() {
    var choice = ColumnChoice.of(table("id", "Text", "note", "CLASS"), null, null);
    assertThat(choice.input()).isEqualTo("Text");
    assertThat(choice.label()).isEqualTo("CLASS");
    assertThat(choice.reasons()).containsExactly("\"CLASS\" by its name", "\"Text\" by its name");
  }

  @Test
  void elseWhatTheyLookLike() {
    var choice = ColumnChoice.of(table("a", "b", "c", "d"), null, null);
    assertThat(choice.input()).isEqualTo("c");
    assertThat(choice.label()).isEqualTo("d");
    assertThat(choice.reasons()).containsExactly("\"d\" as it has only 2 different cells",
        "\"c\" as its texts are the longest");
    assertThat(ColumnChoice.of(table("a", "b", "c", "d"), "b", "d").reasons()).isEmpty();
    assertThat(ColumnChoice.input(table("a", "b", "c", "d")).name()).isEqualTo("c");
  }

  /// The first sample of a file without names had become its head.
  @Test
  void aFirstLineThatIsASampleIsRefused() {
    var rows = new LinkedHashMap<String, List<String>>();
    rows.put("a fine film", List.of("a bad film", "good", "quite bad", "very good"));
    rows.put("pos", List.of("neg", "pos", "neg", "pos"));
    assertThatThrownBy(() -> ColumnChoice.of(Table.of("t", rows), null, null))
        .isInstanceOf(DataException.class)
        .hasMessage("t: the first line is read as the names of the columns, but \"pos\" is also a"
            + " label (t, row 2, column \"pos\"); put a line with names above.");
  }

  @Test
  void whatCannotBeIsOneSentence() {
    assertThatThrownBy(() -> ColumnChoice.of(table("a", "b", "c"), null, null))
        .isInstanceOf(DataException.class)
        .hasMessage("t: no column of [a, b, c] looks like labels, a"
            + " few that occur again and again; say which one it is.");
    assertThatThrownBy(() -> ColumnChoice.of(table("a"), null, "a"))
        .hasMessage(
            "t: no column of [a] has texts or arrays; say which one it is. Rows of numbers are no"
                + " sequences: give the numbers of a sequence as an array, or a .ts file");
    assertThatThrownBy(() -> ColumnChoice.of(table("a", "b"), "b", "b"))
        .hasMessage("t: the column \"b\" cannot be both input and label; name another one.");
  }
}
