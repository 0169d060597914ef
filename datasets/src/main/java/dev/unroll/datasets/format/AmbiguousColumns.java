package dev.unroll.datasets.format;

import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The columns of a Parquet file whose names a projection would take for others: a name with a dot
/// for the path to a field within a structure, and the name of such a field, as `value` of a map,
/// for that field. They are picked by their index, all in one pass over the file, and kept as bytes
/// until they are asked for.
final class AmbiguousColumns {
  private final ParquetFileReader reader;
  private final List<ParquetColumn> fields;
  private final Set<String> inner;
  private @Nullable Map<String, ByteArrayOutputStream> texts;

  /// @param fields all columns of the file
  AmbiguousColumns(ParquetFileReader reader, List<ParquetColumn> fields) {
    this.reader = reader;
    this.fields = fields;
    inner = reader.getFileSchema().getColumns().stream()
        .filter(leaf -> leaf.fieldPath().elements().size() > 1)
        .map(ColumnSchema::name).collect(Collectors.toSet());
  }

  boolean contains(ParquetColumn column) {
    var name = column.field().name();
    return name.indexOf('.') >= 0 || inner.contains(name);
  }

  /// The cells of one of these columns, for one iteration; the first one reads all of them.
  Iterable<String> cells(String name) {
    return () -> {
      if (texts == null) {
        texts = read();
      }
      var bytes = texts.remove(name);
      if (bytes == null) {
        throw new IllegalStateException(name + " was iterated over before.");
      }
      return new Cells(bytes.toByteArray());
    };
  }

  private Map<String, ByteArrayOutputStream> read() {
    var all = new LinkedHashMap<String, ByteArrayOutputStream>();
    var indices = new ArrayList<Integer>();
    for (int i = 0; i < fields.size(); i++) {
      if (contains(fields.get(i))) {
        indices.add(i);
        all.put(fields.get(i).field().name(), new ByteArrayOutputStream());
      }
    }
    var outputs = List.copyOf(all.values());
    try (var rows = reader.rowReader()) {
      while (rows.hasNext()) {
        rows.next();
        for (int k = 0; k < outputs.size(); k++) {
          int i = indices.get(k);
          add(outputs.get(k), rows.isNull(i) ? "" : fields.get(i).text(rows.getValue(i)));
        }
      }
    }
    return all;
  }

  private static void add(ByteArrayOutputStream output, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int shift = 24; shift >= 0; shift -= 8) {
      output.write(bytes.length >> shift);
    }
    output.writeBytes(bytes);
  }

  /// Texts after their lengths.
  private static final class Cells implements Iterator<String> {
    private final ByteArrayInputStream bytes;
    private final DataInputStream input;

    Cells(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
      input = new DataInputStream(this.bytes);
    }

    @Override
    public boolean hasNext() {
      return bytes.available() > 0;
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        return new String(input.readNBytes(input.readInt()), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // never: the bytes are in memory
      }
    }
  }
}
