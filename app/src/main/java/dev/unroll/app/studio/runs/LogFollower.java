package dev.unroll.app.studio.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.unroll.app.run.log.StepEffect;
import dev.unroll.app.run.report.Curves;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Follows the log of a run: each call reads what has been appended. If the run went on from a
/// checkpoint, and lines were dropped, it begins anew.
///
/// One thread at a time.
final class LogFollower {
  private static final int BUFFER = 1 << 20;

  /// The end of what was read, by which a log that was written anew is known.
  private static final int MARK = 4_096;

  private final Path file;
  private final StepLine line = new StepLine();
  private long position;
  private byte[] mark = {};
  private Curves curves = new Curves();
  private List<JsonFields> epochs = new ArrayList<>();
  private List<JsonFields> rates = new ArrayList<>();
  private SequencedMap<String, @Nullable Object> settings = new LinkedHashMap<>();
  private @Nullable String failure;
  private String damage = "";
  private long lines;
  private long steps;

  /// @param file which need not be there yet
  LogFollower(Path file) {
    this.file = file;
  }

  /// Reads what is new; true if there was something.
  boolean follow() throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (var channel = FileChannel.open(file)) {
      if (channel.size() < position || !isSame(channel)) {
        restart();
      }
      return channel.size() > position && read(channel);
    }
  }

  private boolean isSame(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(mark.length);
    channel.read(bytes, position - mark.length);
    return Arrays.equals(mark, bytes.array());
  }

  private void restart() {
    position = 0;
    mark = new byte[0];
    curves = new Curves();
    epochs = new ArrayList<>();
    rates = new ArrayList<>();
    settings = new LinkedHashMap<>();
    failure = null;
    damage = "";
    lines = 0;
    steps = 0;
  }

  private boolean read(FileChannel channel) throws IOException {
    long before = position;
    var buffer = new byte[BUFFER];
    int filled = 0;
    while (true) {
      int n = channel.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled),
          position + filled);
      if (n <= 0) {
        return position > before;
      }
      filled += n;
      int done = lines(buffer, filled);
      if (done > 0) {
        int kept = Math.min(MARK, done);
        mark = Arrays.copyOfRange(buffer, done - kept, done);
      }
      System.arraycopy(buffer, done, buffer, 0, filled - done);
      position += done;
      filled -= done;
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length); // one very long line
      }
    }
  }

  /// Takes all whole lines; returns where the last one ends.
  private int lines(byte[] bytes, int filled) {
    int start = 0;
    for (int i = 0; i < filled; i++) {
      if (bytes[i] == '\n') {
        take(bytes, start, i);
        start = i + 1;
      }
    }
    return start;
  }

  private void take(byte[] bytes, int from, int to) {
    lines++;
    if (line.read(bytes, from, to)) {
      step(bytes, from, to);
      return;
    }
    try {
      other(fields(bytes, from, to));
    } catch (FormatException _) {
      // The line is left out.
      damage = damage.isEmpty() ? "line %d of its log cannot be read".formatted(lines) : damage;
    }
  }

  private JsonFields fields(byte[] bytes, int from, int to) throws FormatException {
    return JsonFields.parse(new String(bytes, from, to - from, UTF_8), file.toString());
  }

  private void step(byte[] bytes, int from, int to) {
    add((long) line.get(StepLine.STEP), index -> line.get(index), effect(bytes, from, to));
  }

  /// A step that another program has written: with spaces, or its fields in another order.
  private void step(JsonFields fields) throws FormatException {
    var numbers = new double[StepLine.NAMES.size()];
    for (int i = 0; i < numbers.length; i++) {
      var name = StepLine.NAMES.get(i);
      boolean isNumber = fields.has(name) && fields.values().get(name) != null;
      numbers[i] = isNumber ? fields.number(name) : Double.NaN; // null was not finite
    }
    add(fields.longInteger("step"), index -> numbers[index],
        steps % curves.perPoint() == 0 ? StepEffect.of(fields) : StepEffect.NONE);
  }

  private void add(long step, IntToDoubleFunction number, StepEffect effect) {
    double norm = number.applyAsDouble(StepLine.NORM);
    double clipped = number.applyAsDouble(StepLine.CLIPPED);
    double seconds = number.applyAsDouble(StepLine.SECONDS);
    curves.add(new Curves.Point(step, 1, number.applyAsDouble(StepLine.LOSS), norm, norm, clipped,
        clipped < norm ? 1 : 0, number.applyAsDouble(StepLine.RATE),
        number.applyAsDouble(StepLine.SPEED) * seconds, seconds, effect));
    steps++;
  }

  /// The effect of a step on each parameter, of one step a point: most of a line is that.
  private StepEffect effect(byte[] bytes, int from, int to) {
    if (steps % curves.perPoint() != 0) {
      return StepEffect.NONE;
    }
    try {
      return StepEffect.of(fields(bytes, from, to));
    } catch (FormatException _) {
      return StepEffect.NONE;
    }
  }

  private void other(JsonFields fields) throws FormatException {
    if (fields.has("failed")) {
      failure = fields.string("failed");
    } else if (fields.has("event")) {
      rates.add(fields);
    } else if (fields.has("validationLoss")) {
      epochs.add(fields);
    } else if (fields.has("step") && fields.has("loss")) {
      step(fields);
    } else if (!fields.has("step") && settings.isEmpty()) {
      settings = fields.values();
    }
  }

  /// The first line.
  SequencedMap<String, @Nullable Object> settings() {
    return settings;
  }

  /// The steps, in at most so many points.
  List<Curves.Point> points() {
    return curves.points();
  }

  /// The lines of epochs.
  List<JsonFields> epochs() {
    return epochs;
  }

  /// The lines of changes of the learning rate.
  List<JsonFields> rates() {
    return rates;
  }

  /// Why it failed; null if it has not.
  @Nullable
  String failure() {
    return failure;
  }

  /// What of the log cannot be read, a part of a sentence; empty if all can. The last line may be
  /// cut short: a process that was killed leaves it so.
  String damage() throws IOException {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    if (!damage.isEmpty()) {
      return damage;
    }
    if (lines == 0) {
      return Files.size(file) == 0 ? "its log is empty" : "its log has no whole line";
    }
    return settings.isEmpty() ? "its log has no settings in the first line" : "";
  }

  /// The number of steps that are logged.
  long steps() {
    return curves.points().isEmpty() ? 0 : requireNonNull(curves.points().getLast()).step();
  }
}
