package dev.unroll.testkit;

import dev.unroll.testkit.Faults.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An open file of a [FaultyFileSystem].
final class FaultyChannel extends FileChannel {
  private final FileChannel real;
  private final Path path;
  private final boolean writes;
  private final Faults faults;

  /// @param writes whether it was opened for writing
  FaultyChannel(FileChannel real, Path path, boolean writes, Faults faults) {
    this.real = real;
    this.path = path;
    this.writes = writes;
    this.faults = faults;
  }

  /// A read or write of the first bytes of a buffer.
  private interface Transfer {
    int of(ByteBuffer bytes) throws IOException;
  }

  /// Transfers the first bytes that remain in a buffer, at most this many.
  private static int transfer(ByteBuffer bytes, int most, Transfer transfer) throws IOException {
    int limit = bytes.limit();
    bytes.limit(bytes.position() + Math.min(most, bytes.remaining()));
    try {
      return transfer.of(bytes);
    } finally {
      bytes.limit(limit);
    }
  }

  private int write(ByteBuffer bytes, Transfer transfer) throws IOException {
    try {
      faults.next(Operation.WRITE, path);
    } catch (IOException e) {
      transfer(bytes, bytes.remaining() / 2, transfer);
      throw e;
    }
    return transfer(bytes, faults.mostBytes(), transfer);
  }

  private int read(ByteBuffer bytes, Transfer transfer) throws IOException {
    faults.next(Operation.READ, path);
    return transfer(bytes, faults.mostBytes(), transfer);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return read(to, real::read);
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    return read(to, bytes -> real.read(bytes, position));
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    return length == 0 ? 0 : read(to[offset]); // fewer bytes than fit are allowed
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return write(from, real::write);
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    return write(from, bytes -> real.write(bytes, position));
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    return length == 0 ? 0 : write(from[offset]);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    faults.next(Operation.TRUNCATE, path);
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metadata) throws IOException {
    faults.next(Operation.FORCE, path);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) {
    throw new UnsupportedOperationException("transferTo would pass by the faults");
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) {
    throw new UnsupportedOperationException("transferFrom would pass by the faults");
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException("a mapped file would pass by the faults");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    faults.next(Operation.LOCK, path);
    return real.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    faults.next(Operation.LOCK, path);
    return real.tryLock(position, size, shared);
  }

  /// A close that fails closes all the same.
  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
    if (writes) {
      faults.next(Operation.CLOSE, path);
    }
  }
}
