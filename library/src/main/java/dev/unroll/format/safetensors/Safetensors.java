package dev.unroll.format.safetensors;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.Quote;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The content of a safetensors file: named tensors and metadata, both in order.
///
/// ```text
/// 8 bytes   n, the length of the header, little-endian
/// n bytes   JSON: {"__metadata__": {key: text}, name: {"dtype", "shape", "data_offsets"}, …}
/// the rest  the elements, without gaps
/// ```
///
/// The format is that of <https://github.com/huggingface/safetensors>. Our files are padded so that
/// the elements start at a multiple of 64 bytes, the same content gives the same bytes, and they
/// carry a checksum: the metadata `unroll.sha256` is the SHA-256 of the whole file with the 64
/// digits of the checksum itself taken as zeros. It is added and removed automatically. A file of
/// another program is read without one; a file whose metadata have keys that begin with `unroll.`,
/// or whose header begins as ours do except for a few bits, must have it.
///
/// Immutable, except that tensors share their arrays with the caller.
public final class Safetensors {
  /// The metadata key of the checksum.
  static final String CHECKSUM = "unroll.sha256";

  /// The key of the metadata in the header; no tensor can have this name.
  static final String METADATA = "__metadata__";

  private final String source;
  private final SequencedMap<String, String> metadata;
  private final SequencedMap<String, StoredTensor> tensors;
  private final boolean verified;

  Safetensors(
      String source,
      SequencedMap<String, String> metadata,
      SequencedMap<String, StoredTensor> tensors,
      boolean verified) {
    this.source = source;
    this.metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
    this.tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    this.verified = verified;
  }

  /// The content to write to a file, in this order.
  public static Safetensors of(
      SequencedMap<String, String> metadata, SequencedMap<String, StoredTensor> tensors) {
    if (metadata.containsKey(CHECKSUM)) {
      throw new IllegalArgumentException(
          "Safetensors: the metadata has " + CHECKSUM + ", which the writer adds by itself.");
    }
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(
          "Safetensors: no tensor can be called " + METADATA + "; choose another name.");
    }
    return new Safetensors("new safetensors", metadata, tensors, false);
  }

  /// Reads a file. Takes no more memory than a small multiple of the actual size of the file.
  ///
  /// @throws FormatException if there is no such file or it is not an intact safetensors file
  /// @throws IOException one sentence, if the disk fails
  public static Safetensors read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new FormatException("%s: there is no such file; check the path.".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new FormatException(
          "%s: is not a file; give the path of a safetensors file.".formatted(file));
    }
    try (var channel = FileChannel.open(file)) {
      return new SafetensorsReader(file.toString(), channel, channel.size()).read();
    } catch (AccessDeniedException e) {
      throw new FormatException("%s: may not be read; change its permissions.".formatted(file), e);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  /// Reads from memory.
  ///
  /// @param source the source of the bytes, for error messages
  /// @throws FormatException if they are not an intact safetensors file
  public static Safetensors read(byte[] bytes, String source) throws IOException {
    var channel = Channels.newChannel(new ByteArrayInputStream(bytes));
    return new SafetensorsReader(source, channel, bytes.length).read();
  }

  /// Reads from a source of bytes.
  ///
  /// @throws FormatException if they are not an intact safetensors file
  public static Safetensors read(ByteSource source) throws IOException {
    return new SafetensorsReader(source.name(), source.channel(), source.size()).read();
  }

  /// The metadata in order, without the checksum; empty if the file has none.
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /// The tensors, in the order of their elements in the file.
  public SequencedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /// Whether it was read from a file with a checksum, and the checksum was right.
  public boolean verified() {
    return verified;
  }

  /// The tensor of this name, which must have this type and shape.
  ///
  /// @throws FormatException if it is missing or has another type or shape
  public StoredTensor tensor(String name, Dtype dtype, int... shape) throws FormatException {
    var tensor = tensors.get(name);
    if (tensor == null) {
      throw new FormatException(
          "%s: tensor %s is missing, expected %s %s; the file is not of this model or damaged."
              .formatted(source, Quote.of(name), dtype, Arrays.toString(shape)));
    }
    if (tensor.dtype() != dtype || !Arrays.equals(tensor.shape(), shape)) {
      throw new FormatException(
          "%s: tensor %s is %s, expected %s %s; the file is not of this model or damaged."
              .formatted(source, Quote.of(name), tensor, dtype, Arrays.toString(shape)));
    }
    return tensor;
  }

  /// The bytes of the file, for content below 2 GiB.
  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    try {
      new SafetensorsWriter(this).write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return out.toByteArray();
  }

  /// Writes the file so that a crash leaves the old one or the new one, see `SafeFile`.
  public void write(Path file) throws IOException {
    SafeFile.write(file, content());
  }

  /// What [#write] writes, to be written together with other files.
  public SafeFile.Content content() {
    return new SafetensorsWriter(this)::write;
  }

  @Override
  public String toString() {
    return "Safetensors(%d tensors, metadata %s)".formatted(tensors.size(), metadata.keySet());
  }
}
