package dev.unroll.format.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes the bytes of a safetensors file: once for the checksum, then to the output.
final class SafetensorsWriter {
  /// The elements start at a multiple of this many bytes: a cache line, and the widest vector.
  private static final int ALIGNMENT = 64;

  private final Safetensors content;

  SafetensorsWriter(Safetensors content) {
    this.content = content;
  }

  void write(OutputStream out) throws IOException {
    byte[] header = header();
    var digest = Checksum.start();
    writeAll(header, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    String checksum = HexFormat.of().formatHex(digest.digest());
    System.arraycopy(
        checksum.getBytes(UTF_8), 0, header, Checksum.position(header), Checksum.ZEROS.length());
    writeAll(header, out);
  }

  /// The header with zeros for the checksum, padded with spaces.
  private byte[] header() {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(Safetensors.CHECKSUM, Checksum.ZEROS); // first, where the reader finds it
    metadata.putAll(content.metadata());
    var fields = new LinkedHashMap<String, Object>();
    fields.put(Safetensors.METADATA, metadata);
    long offset = 0;
    for (var entry : content.tensors().entrySet()) {
      var tensor = entry.getValue();
      long end = offset + (long) tensor.elements() * tensor.dtype().bytes();
      fields.put(entry.getKey(), describe(tensor, offset, end));
      offset = end;
    }
    String json = Json.write(fields);
    int length = Long.BYTES + json.getBytes(UTF_8).length;
    byte[] padded = (json + " ".repeat(-length & (ALIGNMENT - 1))).getBytes(UTF_8);
    if (padded.length > SafetensorsReader.LONGEST_HEADER) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT,
              "Safetensors: the header would take %,d bytes, at most %,d can be read back;"
                  + " store less metadata.",
              padded.length, SafetensorsReader.LONGEST_HEADER));
    }
    return padded;
  }

  private static Map<String, Object> describe(StoredTensor tensor, long begin, long end) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("dtype", tensor.dtype().name());
    fields.put("shape", Arrays.stream(tensor.shape()).boxed().toList());
    fields.put("data_offsets", List.of(begin, end));
    return fields;
  }

  private void writeAll(byte[] header, OutputStream out) throws IOException {
    var buffer = ByteBuffer.allocate(SafetensorsReader.CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(0, header.length);
    out.write(buffer.array(), 0, Long.BYTES);
    out.write(header);
    for (var tensor : content.tensors().values()) {
      int size = tensor.dtype().bytes();
      int most = SafetensorsReader.CHUNK / size;
      for (int from = 0; from < tensor.elements(); from += most) {
        int n = Math.min(most, tensor.elements() - from);
        tensor.encode(from, n, buffer);
        out.write(buffer.array(), 0, n * size);
      }
    }
  }
}
