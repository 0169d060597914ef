package dev.unroll.format.file;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Bytes that can be read from any place: a file, which is opened for each call, or an array.
/// Safe for use by several threads.
public abstract sealed class ByteSource {
  private final String name;
  private final long size;

  private ByteSource(String name, long size) {
    this.name = name;
    this.size = size;
  }

  /// A file.
  ///
  /// @throws FormatException if there is no such file
  public static ByteSource of(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new FormatException("%s: there is no such file; check the path".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new FormatException("%s is not a file; give the path of a file".formatted(file));
    }
    return new InFile(file, Files.size(file));
  }

  /// An array.
  ///
  /// @param name the source of the bytes, for messages
  public static ByteSource of(byte[] bytes, String name) {
    return new InMemory(bytes, name);
  }

  /// For messages.
  public String name() {
    return name;
  }

  /// The number of bytes.
  public long size() {
    return size;
  }

  /// Fills the buffer and flips it for reading.
  ///
  /// @throws FormatException if there are not so many bytes
  public void read(long at, ByteBuffer into) throws IOException {
    if (at < 0 || at > size - into.remaining()) {
      throw new FormatException("%s has %d bytes, but %d are to be read from byte %d on; it is cut"
          .formatted(name, size, into.remaining(), at) + " short or damaged: copy it again");
    }
    fill(at, into);
    into.flip();
  }

  /// So many bytes from a place on, which the caller has compared with the size of the source.
  public byte[] bytes(long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    read(at, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /// All bytes, one after another.
  public ReadableByteChannel channel() {
    return new ReadableByteChannel() {
      private long at;

      @Override
      public int read(ByteBuffer into) throws IOException {
        if (at == size) {
          return -1;
        }
        int n = (int) Math.min(into.remaining(), size - at);
        fill(at, into.slice(into.position(), n));
        into.position(into.position() + n);
        at += n;
        return n;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  abstract void fill(long at, ByteBuffer into) throws IOException;

  private static final class InFile extends ByteSource {
    private final Path file;

    InFile(Path file, long size) {
      super(file.toString(), size);
      this.file = file;
    }

    @Override
    void fill(long at, ByteBuffer into) throws IOException {
      try (var channel = FileChannel.open(file)) {
        channel.position(at);
        while (into.hasRemaining()) {
          if (channel.read(into) < 0) {
            throw new FormatException(
                "%s became shorter while it was read; copy it again".formatted(file));
          }
        }
      } catch (AccessDeniedException e) {
        throw new FormatException("%s may not be read; change its permissions".formatted(file), e);
      } catch (IOException e) {
        throw FileFailure.reading(file, e);
      }
    }
  }

  private static final class InMemory extends ByteSource {
    private final byte[] bytes;

    InMemory(byte[] bytes, String name) {
      super(name, bytes.length);
      this.bytes = bytes;
    }

    @Override
    void fill(long at, ByteBuffer into) {
      into.put(bytes, (int) at, into.remaining());
    }
  }
}
