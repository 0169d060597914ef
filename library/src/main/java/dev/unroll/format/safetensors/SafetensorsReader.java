package dev.unroll.format.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.Quote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads an untrusted safetensors file: every length is compared with the size of the
/// file before memory is allocated for it.
final class SafetensorsReader {
  /// The longest header taken, 16 MiB; the format allows 100 MB. Ours are some kilobytes.
  static final int LONGEST_HEADER = 1 << 24;

  /// The number of bytes that are read, or written, at a time; a multiple of every element size.
  static final int CHUNK = 1 << 16;

  /// The nesting of a header: header, tensor, list of numbers.
  private static final int DEEPEST = 3;

  /// More than any tensor has; the limit of NumPy too.
  private static final int MOST_DIMENSIONS = 64;

  /// The largest length of a Java array on every virtual machine.
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  private static final String CURE =
      "the file is damaged, cut short or no safetensors file; "
          + "copy it again or use another one.";

  private final String source;
  private final ReadableByteChannel in;
  private final long size;
  private final MessageDigest digest = Checksum.start();
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

  /// @param size the bytes that the channel has
  SafetensorsReader(String source, ReadableByteChannel in, long size) {
    this.source = source;
    this.in = in;
    this.size = size;
  }

  /// A tensor as the header describes it; its elements are bytes `begin … end − 1` of the data.
  private record Entry(
      String name, Dtype dtype, List<Long> shape, int elements, long begin, long end) {}

  Safetensors read() throws IOException {
    byte[] header = readHeader();
    var fields = new JsonFields(source, parse(header));
    var metadata = metadata(fields);
    var entries = entries(fields, size - Long.BYTES - header.length);
    String checksum = metadata.remove(Safetensors.CHECKSUM);
    if (checksum != null) {
      digestHeader(header, checksum);
    } else if (Checksum.isDue(header, metadata.keySet())) {
      throw noChecksum();
    }
    var tensors = new LinkedHashMap<String, StoredTensor>();
    for (var entry : entries) {
      tensors.put(entry.name, elements(entry));
    }
    if (checksum != null) {
      verify(checksum);
    }
    return new Safetensors(source, metadata, tensors, checksum != null);
  }

  private byte[] readHeader() throws IOException {
    if (size < Long.BYTES) {
      throw damaged("has %d bytes, expected at least 8".formatted(size));
    }
    fill(chunk.clear().limit(Long.BYTES));
    long length = chunk.getLong(0);
    if ((length < 0 || length > size - Long.BYTES) && isText(chunk)) {
      throw new FormatException("%s is a text, not a model file; give the file that a training or"
          .formatted(source) + " save(…) wrote");
    }
    if (length < 0 || length > size - Long.BYTES) {
      throw damaged(
          "is said to have a header of %s bytes, but the whole file has %d"
              .formatted(Long.toUnsignedString(length), size));
    }
    if (length > LONGEST_HEADER) {
      throw damaged(
          "has a header of %d bytes, expected at most %d".formatted(length, LONGEST_HEADER));
    }
    byte[] header = new byte[(int) length];
    fill(ByteBuffer.wrap(header));
    if (length == 0 || header[0] != '{') {
      throw damaged("has a header that does not begin with {");
    }
    return header;
  }

  /// Whether the first bytes are letters, digits and punctuation, as of a table.
  private static boolean isText(ByteBuffer start) {
    for (int i = 0; i < Long.BYTES; i++) {
      int b = start.get(i);
      if (b < ' ' && b != '\t' && b != '\n' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private SequencedMap<String, @Nullable Object> parse(byte[] header) throws FormatException {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException _) {
      throw damaged("has a header that is not UTF-8");
    }
    return Json.object(text, source, DEEPEST);
  }

  private static SequencedMap<String, String> metadata(JsonFields fields) throws FormatException {
    var metadata = new LinkedHashMap<String, String>();
    if (fields.has(Safetensors.METADATA)) {
      var stored = fields.object(Safetensors.METADATA);
      for (String key : stored.keys()) {
        metadata.put(key, stored.string(key));
      }
    }
    return metadata;
  }

  /// The tensors in the order of their data, which must fill the `available` bytes without gaps.
  private List<Entry> entries(JsonFields fields, long available) throws FormatException {
    var entries = new ArrayList<Entry>();
    for (String name : fields.keys()) {
      if (!name.equals(Safetensors.METADATA)) {
        entries.add(entry(name, fields.object(name)));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long expected = 0;
    for (var entry : entries) {
      if (entry.begin != expected) {
        throw damaged(
            "has tensor %s at byte %d of the data, expected byte %d, where the one before ends"
                .formatted(Quote.of(entry.name), entry.begin, expected));
      }
      expected = entry.end;
    }
    if (expected != available) {
      throw damaged("has %d bytes of data, but its tensors take %d".formatted(available, expected));
    }
    return entries;
  }

  private Entry entry(String name, JsonFields fields) throws FormatException {
    String tensor = "has tensor " + Quote.of(name);
    for (String key : fields.keys()) {
      if (!key.equals("dtype") && !key.equals("shape") && !key.equals("data_offsets")) {
        throw damaged("%s with the unknown field %s".formatted(tensor, Quote.of(key)));
      }
    }
    var dtype = dtype(tensor, fields.string("dtype"));
    var shape = fields.longs("shape");
    if (shape.size() > MOST_DIMENSIONS) {
      throw damaged("%s of %d dimensions".formatted(tensor, shape.size()));
    }
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0 || dimension > MOST_ELEMENTS) {
        throw damaged("%s with a dimension of %d".formatted(tensor, dimension));
      }
      elements *= dimension; // both at most 2^31, so the product is exact
      if (elements > MOST_ELEMENTS) {
        throw damaged("%s of more than %d elements".formatted(tensor, MOST_ELEMENTS));
      }
    }
    var offsets = fields.longs("data_offsets");
    long begin = offsets.isEmpty() ? -1 : offsets.getFirst();
    long end = offsets.isEmpty() ? -1 : offsets.getLast();
    if (offsets.size() != 2 || begin < 0 || end < begin) {
      throw damaged("%s with data offsets that are not begin and end".formatted(tensor));
    }
    if (end - begin != elements * dtype.bytes()) {
      throw damaged(
          "%s with %d bytes of data, but its shape takes %d"
              .formatted(tensor, end - begin, elements * dtype.bytes()));
    }
    return new Entry(name, dtype, shape, (int) elements, begin, end);
  }

  private Dtype dtype(String tensor, String name) throws FormatException {
    for (var dtype : Dtype.values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    throw new FormatException(
        "%s %s of type %s, expected one of %s; convert the tensor or use another file."
            .formatted(source, tensor, Quote.of(name), List.of(Dtype.values())));
  }

  /// Starts the checksum with the length and the header, with zeros in place of the checksum.
  private void digestHeader(byte[] header, String checksum) throws FormatException {
    int at = Checksum.position(header);
    if (at < 0 || checksum.length() != Checksum.ZEROS.length()) {
      throw wrongChecksum();
    }
    digest.update(chunk.clear().putLong(header.length).flip());
    digest.update(header, 0, at);
    digest.update(Checksum.ZEROS.getBytes(UTF_8));
    int after = at + Checksum.ZEROS.length();
    digest.update(header, after, header.length - after);
  }

  private StoredTensor elements(Entry entry) throws IOException {
    int[] shape = entry.shape.stream().mapToInt(Long::intValue).toArray();
    var tensor = StoredTensor.zeros(entry.dtype, shape, entry.elements);
    int bytes = entry.dtype.bytes();
    int most = CHUNK / bytes;
    for (int at = 0; at < entry.elements; at += most) {
      int n = Math.min(most, entry.elements - at);
      fill(chunk.clear().limit(n * bytes));
      digest.update(chunk.duplicate());
      tensor.decode(at, n, chunk);
    }
    return tensor;
  }

  private void verify(String checksum) throws FormatException {
    if (!HexFormat.of().formatHex(digest.digest()).equals(checksum)) {
      throw wrongChecksum();
    }
  }

  private FormatException noChecksum() {
    return new FormatException(
        ("%s says that Unroll wrote it, but has no checksum (%s); the file is damaged or was "
            + "changed by another program; use an "
            + "intact copy.").formatted(source, Safetensors.CHECKSUM));
  }

  private FormatException wrongChecksum() {
    return new FormatException(
        ("%s has a wrong checksum (%s): its content is not what it was made for; the file is "
            + "damaged or was changed by another program; use an intact copy.")
            .formatted(source, Safetensors.CHECKSUM));
  }

  /// Reads until the buffer is full, and flips it for reading.
  private void fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw damaged("ends before its %d bytes are read".formatted(size));
      }
    }
    buffer.flip();
  }

  private FormatException damaged(String problem) {
    return new FormatException("%s %s; %s".formatted(source, problem, CURE));
  }
}
