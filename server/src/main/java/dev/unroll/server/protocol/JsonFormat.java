package dev.unroll.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How JSON is read and written here: with bounds on what a client can make the reader do.
public final class JsonFormat {
  /// Arrays in arrays of a tensor have some 8 levels at most.
  static final int DEEPEST = 32;

  private static final int LONGEST_NUMBER = 64;
  private static final int LONGEST_NAME = 1_024;

  /// What Jackson says, in which the words that matter are found.
  private static final Pattern TWICE =
      Pattern.compile("Duplicate Object property \"(.*)\"", Pattern.DOTALL);
  private static final Pattern NO_NUMBER = Pattern.compile("Non-standard token '([^']*)'.*");
  private static final Pattern NO_VALUE = Pattern.compile("Unrecognized token '([^']*)'.*");
  private static final Pattern CHARACTER = Pattern.compile("Unexpected character \\('(.)' .*");

  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST)
          .maxNumberLength(LONGEST_NUMBER).maxNameLength(LONGEST_NAME)
          .maxStringLength(Integer.MAX_VALUE).build())
      .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
      .build();

  private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  private JsonFormat() {}

  /// A reader of bytes; what it throws is a [JacksonException].
  ///
  /// @throws RefusedException if they are UTF-16 or UTF-32
  public static JsonParser parser(byte[] bytes, int offset, int length) {
    requireUtf8(bytes, offset, length);
    return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
  }

  /// The tree of a small body.
  ///
  /// @throws RefusedException if it is no JSON
  public static JsonNode tree(byte[] body) {
    requireUtf8(body, 0, body.length);
    try {
      return MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw unreadable(e);
    }
  }

  /// Jackson would read other encodings, too, but RFC 8259 has none: they begin with 0xFE or 0xFF,
  /// or have a zero among their first bytes, as JSON begins with ASCII.
  private static void requireUtf8(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + Math.min(length, 4); i++) {
      if (bytes[i] == 0 || i == offset && (bytes[i] & 0xFE) == 0xFE) {
        throw notUtf8("");
      }
    }
  }

  private static RefusedException notUtf8(String where) {
    return RefusedException.invalid("the JSON of the body is not UTF-8%s", where);
  }

  /// A writer of UTF-8.
  public static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  /// What reads and writes small objects as trees.
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /// The object of an error: `{"error": …}`.
  public static byte[] error(String sentence) {
    var out = new ByteSink(64 + sentence.length());
    try (var json = generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("error", sentence);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /// The refusal of JSON that cannot be read.
  public static RefusedException unreadable(JacksonException e) {
    var location = e.getLocation();
    var where = location == null || location.getLineNr() < 1 ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    var message = String.valueOf(e.getOriginalMessage());
    return switch (e) {
      case UnexpectedEndOfInputException _ ->
          RefusedException.invalid("the JSON of the body ends too early%s", where);
      case StreamConstraintsException _ -> beyond(message, where);
      default -> message.contains("UTF-8") ? notUtf8(where)
          : RefusedException.invalid("%s%s", sentence(message), where);
    };
  }

  private static RefusedException beyond(String message, String where) {
    return message.contains("depth")
        ? RefusedException.invalid("the JSON of the body has more than %d levels%s", DEEPEST, where)
        : message.startsWith("Name") ? RefusedException.invalid(
            "a name in the JSON of the body has more than %d characters%s", LONGEST_NAME, where)
            : RefusedException.invalid(
                "a number in the JSON of the body has more than %d characters%s", LONGEST_NUMBER,
                where);
  }

  /// Without the words of the library that reads: clients do not know it.
  private static String sentence(String message) {
    var words = message.lines().findFirst().orElse("");
    var twice = TWICE.matcher(message);
    var noNumber = NO_NUMBER.matcher(words);
    var noValue = NO_VALUE.matcher(words);
    var character = CHARACTER.matcher(words);
    return twice.matches() ? "the field %s stands twice in an object".formatted(
        Shown.of(twice.group(1)))
        : noNumber.matches() ? "JSON has no %s; write null".formatted(Shown.of(noNumber.group(1)))
            : noValue.matches()
                ? "%s is no value of JSON".formatted(Shown.of(noValue.group(1)))
                : character.matches() ? "the body cannot be read as JSON, as there is a %s"
                    .formatted(Shown.of(character.group(1)))
                    : "the body cannot be read as JSON";
  }

  /// A text as bytes.
  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
