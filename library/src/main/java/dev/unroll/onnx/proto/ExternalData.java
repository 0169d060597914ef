package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Elements of tensors that lie in files beside the model. Only plain files inside the model's
/// folder are opened, whatever the model says: no absolute paths, no `..`, no symbolic links, and
/// no file that has a second name, which may lie elsewhere.
final class ExternalData {
  private final @Nullable Path folder;

  /// @param folder the folder of the model; null if it comes from memory, and has no files
  ExternalData(@Nullable Path folder) {
    this.folder = folder;
  }

  /// The bytes of a tensor.
  ///
  /// @param entries `location`, `offset`, `length`
  /// @param bytes as many as its shape and type say
  ByteBuffer read(Map<String, String> entries, long bytes) {
    var location = entries.getOrDefault("location", "");
    long offset = number(entries, "offset", 0);
    long length = number(entries, "length", bytes);
    if (length != bytes) {
      throw Refusal.of("external data have %d bytes, but the tensor has %d", length, bytes);
    }
    var file = file(location);
    try (var channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (offset > channel.size() - length) {
        throw Refusal.of("external data reach from byte %d to %d of %s, which has %d", offset,
            offset + length, location, channel.size());
      }
      var buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
      channel.position(offset);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw Refusal.of("external data end early in %s; was it changed just now?", location);
        }
      }
      return buffer.flip();
    } catch (IOException e) {
      throw Refusal.of("external data in %s cannot be read: %s", location, e);
    }
  }

  private Path file(String location) {
    if (folder == null) {
      throw Refusal.of("the data lie in a file %s, but a tensor in memory has no folder", location);
    }
    var outside = Refusal.of("external data in '%s' are refused: they may lie only in a plain file"
        + " inside the model's folder, without .. or links", location);
    try {
      var path = Path.of(location);
      if (location.isEmpty() || path.isAbsolute() || path.getRoot() != null) {
        throw outside;
      }
      var file = folder;
      for (var name : path) {
        if (name.toString().equals("..")) {
          throw outside;
        }
        file = file.resolve(name);
        if (Files.isSymbolicLink(file)) {
          throw outside;
        }
      }
      if (!Files.exists(file)) {
        throw Refusal.of("external data: there is no file %s beside the model", location);
      }
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || !file.toRealPath().startsWith(folder.toRealPath()) || hasSecondName(file)) {
        throw outside;
      }
      return file;
    } catch (InvalidPathException _) {
      throw outside;
    } catch (IOException e) {
      throw Refusal.of("external data in %s cannot be read: %s", location, e);
    }
  }

  private static boolean hasSecondName(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getAttribute(file, "unix:nlink") instanceof Integer names && names > 1;
  }

  private static long number(Map<String, String> entries, String key, long otherwise) {
    var text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw Refusal.of("external data: %s is '%s', expected a number from 0 up", key, text);
  }
}
