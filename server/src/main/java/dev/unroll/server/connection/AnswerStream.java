package dev.unroll.server.connection;

import dev.unroll.server.operation.Deadlines;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.IntConsumer;

/// An answer in parts, each of which is sent at once and has to be taken in time.
public final class AnswerStream extends OutputStream {
  private final OutputStream out;
  private final Deadlines.Wait wait;
  private final IntConsumer sent;

  /// @param sent is told the bytes of a part
  public AnswerStream(OutputStream out, Deadlines.Wait wait, IntConsumer sent) {
    this.out = out;
    this.wait = wait;
    this.sent = sent;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    wait.begin();
    out.write(bytes, offset, length);
    out.flush();
    wait.end();
    sent.accept(length);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
