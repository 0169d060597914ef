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
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// How JSON is read and written here: with bounds on what a client can make the reader do.
public final class JsonFormat {
  /// Arrays in arrays of a tensor have some 8 levels at most.
  private static final int DEEPEST = 32;

  private static final int LONGEST_NUMBER = 64;
  private static final int LONGEST_NAME = 1_024;

  /// What Jackson says of a field that stands twice in an object.
  private static final Pattern TWICE =
      Pattern.compile("Duplicate Object property \"(.*)\"", Pattern.DOTALL);

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
  public static JsonParser parser(byte[] bytes, int offset, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
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
    var twice = TWICE.matcher(e.getOriginalMessage());
    return twice.matches()
        ? RefusedException.invalid("the field %s stands twice in an object%s",
            Shown.of(twice.group(1)), where)
        : RefusedException.invalid("the body cannot be read as JSON: %s%s",
            plain(firstLine(e.getOriginalMessage())), where);
  }

  /// Without advice on the library that reads: clients do not know it.
  private static String plain(String message) {
    return message.contains("Non-standard token")
        ? message.replaceFirst(":.*$", "") + ": JSON has none; write null"
        : message;
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    var line = end < 0 ? message : message.substring(0, end);
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }

  /// A text as bytes.
  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
