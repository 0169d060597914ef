package dev.unroll.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static Table table() {
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("review", List.of(" good ", "bad"));
    columns.put("stars", List.of("5", " 1"));
    columns.put("author", List.of("x", ""));
    return Table.of("reviews", columns);
  }

  @Test
  void columnsAreSeenAsTexts() {
    var texts = table().text("review").label("stars").group("author");
    assertThat(texts.texts()).containsExactly("good", "bad");
    assertThat(texts.labels()).containsExactly("5", "1");
    assertThat(texts.groups()).containsExactly("x", "");
    assertThat(texts.where(1)).isEqualTo("reviews, row 2");
    assertThat(table().text("review").groups()).isNull();
  }

  @Test
  void someOfThemKeepTheirPlaces() {
    var some = table().text("review").label("stars").group("author").rows(1);
    assertThat(some.size()).isEqualTo(1);
    assertThat(some.texts()).containsExactly("bad");
    assertThat(some.labels()).containsExactly("1");
    assertThat(some.groups()).containsExactly("");
    assertThat(some.rows(0).where(0)).isEqualTo("reviews, row 2");
  }

  @Test
  void whatCannotBeIsOneSentence() {
    assertThatThrownBy(() -> table().text("review").label("review"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "reviews: the column \"review\" cannot be both text and label; name another one.");
    assertThat(table().text("review").label("author").unlabeled()).isEqualTo(1);
    assertThatThrownBy(() -> Table.of("t", Map.of("a", List.of("x"), "b", List.of("")))
        .text("a").label("b")).isInstanceOf(DataException.class)
        .hasMessage("t: no row has a label in the column \"b\"; name another one.");
    assertThatThrownBy(() -> table().text("review").labels())
        .hasMessage("reviews: which column has the labels is not said; name it by label(…).");
    assertThatThrownBy(() -> Texts.of(List.of("a"), List.of()))
        .hasMessage("There are 1 texts and 0 labels, expected a label for each text.");
  }
}
