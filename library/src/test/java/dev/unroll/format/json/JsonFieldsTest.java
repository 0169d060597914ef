package dev.unroll.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {
  private static final String TEXT =
      """
      {"s": "text", "b": true, "n": 2.5, "i": 7, "big": 4294967296, "o": {"deep": {"x": 1}},
       "list": [1, "two", null], "strings": ["a", "b"], "longs": [1, 2], "numbers": [1, 2.5],
       "objects": [{"k": 1}, {"k": "two"}], "nothing": null}\
      """;

  private final JsonFields fields;

  JsonFieldsTest() throws FormatException {
    fields = JsonFields.parse(TEXT, "model");
  }

  @Test
  void givesFieldsByType() throws FormatException {
    assertThat(fields.string("s")).isEqualTo("text");
    assertThat(fields.bool("b")).isTrue();
    assertThat(fields.number("n")).isEqualTo(2.5);
    assertThat(fields.number("i")).isEqualTo(7);
    assertThat(fields.integer("i")).isEqualTo(7);
    assertThat(fields.longInteger("big")).isEqualTo(1L << 32);
    assertThat(fields.object("o").object("deep").integer("x")).isEqualTo(1);
    assertThat(fields.list("list")).containsExactly(1L, "two", null);
    assertThat(fields.strings("strings")).containsExactly("a", "b");
    assertThat(fields.longs("longs")).containsExactly(1L, 2L);
    assertThat(fields.numbers("numbers")).containsExactly(1.0, 2.5);
    assertThat(fields.objects("objects").getFirst().integer("k")).isEqualTo(1);
    assertThat(fields.has("nothing")).isTrue();
    assertThat(fields.has("absent")).isFalse();
    assertThat(fields.keys()).startsWith("s", "b");
  }

  @Test
  void saysWhatIsMissingOrOfAnotherType() {
    String cure = "; the file is damaged or made by another program or version.";
    assertThatThrownBy(() -> fields.string("absent"))
        .isInstanceOf(FormatException.class)
        .hasMessage("model: the field \"absent\" is missing, expected a string" + cure);
    assertThatThrownBy(() -> fields.string("i"))
        .hasMessage("model: the field \"i\" is 7, expected a string" + cure);
    assertThatThrownBy(() -> fields.integer("big"))
        .hasMessage(
            "model: the field \"big\" is 4294967296, expected a whole number of 32 bits" + cure);
    assertThatThrownBy(() -> fields.integer("n")).hasMessageContaining("is 2.5, expected a whole");
    assertThatThrownBy(() -> fields.number("nothing")).hasMessageContaining("is null, expected");
    assertThatThrownBy(() -> fields.longs("numbers"))
        .hasMessageContaining("is [1, 2.5], expected a list of whole numbers");
    assertThatThrownBy(() -> fields.object("o").object("deep").bool("x"))
        .hasMessageStartingWith("model: \"o\": \"deep\": the field \"x\" is 1, expected true");
    assertThatThrownBy(() -> fields.objects("objects").get(1).integer("k"))
        .hasMessageStartingWith("model: \"objects\" 1: the field \"k\" is two");
  }
}
