package dev.unroll.app.tensorboard;

import dev.unroll.format.file.FileFailure;
import dev.unroll.format.protobuf.WireWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// A file of events for TensorBoard. Each event is a record
///
/// ```
/// length (8 bytes)   masked CRC-32C of the length (4)   event   masked CRC-32C of the event (4)
/// ```
///
/// with little-endian numbers, and each event a message `Event` of `event.proto`: scalars,
/// histograms and texts are values of its `Summary`. A whole record is handed to the system at
/// once, so that TensorBoard may read along. For one thread at a time.
public final class EventFile implements Closeable {
  /// The folder of event files in that of a run.
  public static final String FOLDER = "tensorboard";

  private static final String VERSION = "brain.Event:2";
  private static final int MASK = 0xa282ead8;

  // event.proto
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int STATUS = 1;
  private static final int START = 1;

  // summary.proto
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int HISTOGRAM = 5;
  private static final int TENSOR = 8;
  private static final int METADATA = 9;
  private static final int PLUGIN_DATA = 1;
  private static final int PLUGIN_NAME = 1;

  // tensor.proto
  private static final int DTYPE = 1;
  private static final int DT_STRING = 7;
  private static final int SHAPE = 2;
  private static final int DIM = 2;
  private static final int SIZE = 1;
  private static final int STRING_VAL = 8;

  private final Path file;
  private final FileChannel channel;

  private EventFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Creates a new file in a folder, which is made if need be.
  ///
  /// @param step the steps that are done: TensorBoard drops what older files have of later ones
  /// @throws IOException one sentence
  public static EventFile create(Path folder, long step) throws IOException {
    try {
      Files.createDirectories(folder);
      for (long number = System.currentTimeMillis() / 1000;; number++) {
        var file = folder.resolve("events.out.tfevents.%010d.unroll".formatted(number));
        try {
          var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
          var events = new EventFile(file, channel);
          events.begin(step);
          return events;
        } catch (FileAlreadyExistsException _) {
          // The next second, then.
        }
      }
    } catch (IOException e) {
      throw new IOException("%s cannot be written: %s; make room, or leave --tensorboard out"
          .formatted(folder, FileFailure.reason(e)), e);
    }
  }

  private void begin(long step) throws IOException {
    append(event -> event.text(FILE_VERSION, VERSION));
    if (step > 0) {
      append(event -> event.number(STEP, step).message(SESSION_LOG,
          log -> log.number(STATUS, START)));
    }
  }

  /// The file.
  public Path file() {
    return file;
  }

  /// Numbers at a step; those that are not finite too.
  public void scalars(long step, Map<String, Double> values) throws IOException {
    summary(step, summary -> values.forEach((tag, number) -> summary.message(VALUE,
        value -> value.text(TAG, tag).single(SIMPLE_VALUE, (float) (double) number))));
  }

  /// How values are distributed at a step.
  public void histogram(long step, String tag, float[] values, int from, int n)
      throws IOException {
    var buckets = Buckets.of(values, from, n);
    summary(step, summary -> summary.message(VALUE,
        value -> value.text(TAG, tag).message(HISTOGRAM, buckets::write)));
  }

  /// A text at a step.
  public void text(long step, String tag, String text) throws IOException {
    summary(step, summary -> summary.message(VALUE, value -> value.text(TAG, tag)
        .message(TENSOR, tensor -> tensor.number(DTYPE, DT_STRING)
            .message(SHAPE, shape -> shape.message(DIM, dimension -> dimension.number(SIZE, 1)))
            .text(STRING_VAL, text))
        .message(METADATA, metadata -> metadata.message(PLUGIN_DATA,
            plugin -> plugin.text(PLUGIN_NAME, "text")))));
  }

  private void summary(long step, Consumer<WireWriter> summary) throws IOException {
    append(event -> event.number(STEP, step).message(SUMMARY, summary));
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  private void append(Consumer<WireWriter> event) throws IOException {
    var data = WireWriter.message(message -> event.accept(message.real(WALL_TIME, now())));
    var record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(masked(Arrays.copyOf(record.array(), Long.BYTES)));
    record.put(data).putInt(masked(data)).flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw new IOException("%s cannot be written: %s; make room, or leave --tensorboard out"
          .formatted(file, FileFailure.reason(e)), e);
    }
  }

  private static int masked(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
