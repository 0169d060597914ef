package dev.unroll.keras.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/// The bytes of an HDF5 file as its reader sees them. The reader trusts the file: links of its
/// inner tables may run in circles, and its sizes may be anything. Here it gets no more bytes than
/// there are, and may ask only so often.
final class BoundedChannel implements SeekableByteChannel {
  /// Every object of a file takes a few reads; files of Keras have some hundreds of objects.
  private static final long MOST_READS = 2_000_000;

  /// How often each byte may be read on the average, between two resets.
  private static final long MOST_PASSES = 64;

  /// What the smallest files may need.
  private static final long SLACK = 1 << 20;

  private final byte[] bytes;
  private long position;
  private long reads;
  private long total;

  BoundedChannel(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Begins to count anew, for the next thing that is read.
  void reset() {
    reads = 0;
    total = 0;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int n = into.remaining();
    if (position > bytes.length - n) {
      throw new IOException("%d bytes are to be read from byte %d on, but there are %d"
          .formatted(n, position, bytes.length));
    }
    reads++;
    total += n;
    if (reads > MOST_READS || total > MOST_PASSES * bytes.length + SLACK) {
      throw new IOException("its tables refer to each other without end");
    }
    into.put(bytes, (int) position, n);
    position += n;
    return n;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
