package dev.unroll.datasets.format;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.row.PqInterval;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.SchemaNode;
import dev.unroll.data.DataException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/// The values of a column of a Parquet file as the texts of a table.
///
/// @param file the name of the file in messages
/// @param field the column
record ParquetColumn(String file, SchemaNode field) {
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  /// The text of a value, which is empty for null.
  String text(@Nullable Object value) {
    return text(value, field);
  }

  private String text(@Nullable Object value, SchemaNode node) {
    var plain = plain(value, node);
    return switch (plain) {
      case null -> "";
      case BigDecimal number -> number.toPlainString();
      case List<?> _,Map<?, ?> _ -> JSON.writeValueAsString(plain);
      default -> plain.toString();
    };
  }

  /// Strings, numbers, truth values, lists and maps, as JSON has them.
  private @Nullable Object plain(@Nullable Object value, SchemaNode node) {
    return switch (value) {
      case null -> null;
      case Integer number when unsigned(node) -> Integer.toUnsignedLong(number);
      case Long number when unsigned(node) && number < 0 ->
          new BigInteger(Long.toUnsignedString(number));
      case String _, Boolean _, Number _ -> value;
      case Temporal _, UUID _ -> value.toString(); // dates and times in ISO 8601
      case PqInterval interval -> period(interval);
      case byte[] bytes -> decoded(bytes, node);
      case PqList list -> {
        var element = node instanceof SchemaNode.GroupNode group && group.isList()
            ? group.getListElement()
            : node;
        var all = new ArrayList<@Nullable Object>();
        list.values().forEach(item -> all.add(plain(item, element)));
        yield all;
      }
      case PqStruct struct when node instanceof SchemaNode.GroupNode group -> {
        var all = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
          all.put(struct.getFieldName(i),
              struct.isNull(i) ? null : plain(struct.getValue(i), group.children().get(i)));
        }
        yield all;
      }
      case PqMap map when node instanceof SchemaNode.GroupNode group -> {
        var all = new LinkedHashMap<String, @Nullable Object>();
        map.getEntries().forEach(entry -> all.put(text(entry.getKey(), group.getMapKey()),
            plain(entry.getValue(), group.getMapValue())));
        yield all;
      }
      default -> throw refused("values of the type " + type(node) + ", which is not read");
    };
  }

  private static boolean unsigned(SchemaNode node) {
    return logical(node) instanceof LogicalType.IntType type && !type.isSigned();
  }

  private static @Nullable LogicalType logical(SchemaNode node) {
    return switch (node) {
      case SchemaNode.GroupNode group -> group.logicalType();
      case SchemaNode.PrimitiveNode primitive -> primitive.logicalType();
    };
  }

  /// Many writers leave the annotation of strings out. Other bytes have no text that would be
  /// theirs; NUL is valid UTF-8, but means numbers or pictures.
  private String decoded(byte[] bytes, SchemaNode node) {
    if (logical(node) != null) { // geometry and BSON
      throw refused("values of the type " + type(node) + ", which is not read");
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException _) {
      // told below
    }
    throw refused("bytes that are not text in UTF-8");
  }

  /// ISO 8601: years, months, days, and the time.
  private static String period(PqInterval interval) {
    var text = new StringBuilder("P");
    append(text, interval.months() / 12, 'Y');
    append(text, interval.months() % 12, 'M');
    append(text, interval.days(), 'D');
    if (interval.milliseconds() != 0 || text.length() == 1) {
      text.append(Duration.ofMillis(interval.milliseconds()).toString().substring(1));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, long number, char unit) {
    if (number != 0) {
      text.append(number).append(unit);
    }
  }

  private static String type(SchemaNode node) {
    var logical = logical(node);
    return logical == null ? "bytes"
        : logical.getClass().getSimpleName().replaceAll("Type$", "").toLowerCase(Locale.ROOT);
  }

  private DataException refused(String what) {
    return new DataException(
        "%s: column \"%s\" has %s; write the file again without it, or with it as text."
            .formatted(file, field.name(), what));
  }
}
