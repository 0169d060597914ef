package dev.unroll.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A command with a large model said nothing for minutes, until its initial values were drawn.
class AnnouncementTest {
  private static final Duration LONG = Duration.ofDays(1);

  @Test
  void saysWhatTakesLongerThanAMoment() throws InterruptedException {
    var said = new CountDownLatch(1);
    var text = new StringWriter();
    var out = new Writer() {
      @Override
      public void write(char[] buffer, int offset, int length) {
        text.write(buffer, offset, length);
      }

      @Override
      public void flush() {
        said.countDown();
      }

      @Override
      public void close() {}
    };
    try (var _ = Announcement.of(terminal(out), false, "drawing", Duration.ZERO)) {
      said.await(); // for ever, if nothing is said
    }
    assertThat(text).hasToString("drawing" + System.lineSeparator());
  }

  @Test
  void saysNothingOfWhatIsOverBefore() {
    var text = new StringWriter();
    Announcement.of(terminal(text), false, "drawing", LONG).close();
    Announcement.of(terminal(text), true, "drawing", Duration.ZERO).close();
    assertThat(text.toString()).isEmpty();
  }

  private static Terminal terminal(Writer out) {
    return new Terminal(InputStream.nullInputStream(), new PrintWriter(out),
        new PrintWriter(new StringWriter()), Path.of(""), false);
  }
}
