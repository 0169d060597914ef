package dev.unroll.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @Test
  void readsEveryKindOfValueInOrder() throws Exception {
    var object =
        Json.object(
            " {\"z\": [1, -2.5, 1e3, true, false, null], \"a\": {\"\\u00e9\\n\": \"😀\"}} \n", "t");
    assertThat(object.keySet()).containsExactly("z", "a");
    assertThat(object)
        .containsEntry("z", Arrays.asList(1L, -2.5, 1000.0, true, false, null))
        .containsEntry("a", Map.of("é\n", "😀"));
    assertThat(Json.parse("-0", "t")).isEqualTo(-0.0);
    assertThat(Json.parse("9223372036854775807", "t")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parse("null", "t")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | there is nothing",
        "[1,2 | at line 1, column",
        "1 2 | comma, colon or bracket is missing or misplaced at line 1, column 3",
        "1, 2 | something follows the value",
        "{} {} | comma, colon or bracket is missing or misplaced at line 1, column 4",
        "1],[2 | a bracket closes that was not opened, at character 2",
        "[1,] | comma, colon or bracket is missing or misplaced at line 1, column 4",
        "{\"a\":1,\"b\":2,\"a\":3} | the name \"a\" occurs twice in one object",
        "{a:1} | Unexpected token 'a' at line 1, column 2",
        "\"abc | String was not terminated before end of input",
        "\"\\x\" | Invalid escape: \\x",
        "\"\\u12 | at line 1",
        "01 | Malformed number",
        "1.e3 | Malformed number",
        "1e++5 | the number 1e++5 is too large or malformed",
        "9223372036854775808 | the number 9223372036854775808 is too large or malformed",
        "1e999 | the number 1e999 is too large or malformed",
        "NaN | Unexpected token",
        "'a' | Unexpected character: '",
        "nul | Did you mean 'null'?",
        "// comment | Unexpected character: /",
      })
  void refusesWhatIsNotJson(String text, String problem) {
    assertThatThrownBy(() -> Json.parse(text, "my.json"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("my.json: is not ")
        .hasMessageContaining(problem)
        .hasMessageEndingWith("the file is damaged or of another kind.");
  }

  @Test
  void namesTheLineAndColumn() {
    assertThatThrownBy(() -> Json.parse("{\n  \"a\": 1,\n  \"b\" 2\n}", "my.json"))
        .hasMessageContaining("at line 3, column 7");
  }

  @Test
  void controlCharactersInAMessageStayOnOneLine() {
    assertThatThrownBy(() -> Json.parse("{\"a\\n\":1,\"a\\n\":2}", "my.json"))
        .hasMessageContaining("the name \"a\\u000a\" occurs twice");
  }

  @Test
  void deepNestingIsRefusedBeforeTheStackIsUsed() throws Exception {
    assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000), "deep"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("deeper than the 64 levels");
    assertThatThrownBy(() -> Json.parse("{\"a\":".repeat(100_000), "deep"))
        .isInstanceOf(FormatException.class);
    assertThat(Json.parse("[".repeat(64) + "]".repeat(64), "deep")).isNotNull();
    assertThat(Json.parse("\"" + "[\\\"".repeat(1000) + "\"", "deep")).isInstanceOf(String.class);
  }

  @Test
  void aNumberOfAMillionDigitsIsRefused() {
    assertThatThrownBy(() -> Json.parse("1".repeat(1_000_000), "long"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("too large or malformed")
        .message()
        .hasSizeLessThan(300);
  }

  @Test
  void onlyAnObjectIsAnObject() {
    assertThatThrownBy(() -> Json.object("[1]", "my.json"))
        .hasMessage("my.json: is JSON, but not an object; the file is damaged or of another kind.");
  }

  @Test
  void writesDeterministically() {
    var map = new LinkedHashMap<String, Object>();
    map.put("z", 1);
    map.put("a", List.of(Long.MIN_VALUE, 0.1, 1f, true, "\"\n\u2028</é😀"));
    map.put("e", new TreeMap<>());
    assertThat(Json.write(map))
        .isEqualTo(
            "{\"z\":1,\"a\":[-9223372036854775808,0.1,1.0,true,"
                + "\"\\\"\\n\\u2028<\\/é😀\"],\"e\":{}}");
    assertThat(Json.write(Arrays.asList(Double.NaN, Float.NEGATIVE_INFINITY, null)))
        .isEqualTo("[null,null,null]");
  }

  @Test
  void refusesWhatHasNoOrderOrNoJson() {
    assertThatThrownBy(() -> Json.write(Map.of("a", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a SequencedMap");
    assertThatThrownBy(() -> Json.write(List.of('c'))).hasMessageContaining("java.lang.Character");
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    long seed = 20_240_302;
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      Object value = randomValue(random, 4);
      String text = Json.write(value);
      assertThat(Json.parse(text, "t")).as("seed %d round %d", seed, round).isEqualTo(value);
    }
  }

  private static Object randomValue(Random random, int deepest) {
    return switch (random.nextInt(deepest == 0 ? 4 : 6)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextBoolean();
      case 2 -> Double.longBitsToDouble(random.nextLong() & 0xBFFF_FFFF_FFFF_FFFFL);
      case 3 -> randomString(random);
      case 4 -> {
        var list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          list.add(randomValue(random, deepest - 1));
        }
        yield list;
      }
      default -> {
        var map = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(5); i > 0; i--) {
          map.put(randomString(random), randomValue(random, deepest - 1));
        }
        yield map;
      }
    };
  }

  private static String randomString(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int most = random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1;
      int codePoint = random.nextInt(most);
      boolean surrogate = codePoint >= 0xD800 && codePoint < 0xE000;
      text.appendCodePoint(surrogate ? '"' : codePoint);
    }
    return text.toString();
  }
}
