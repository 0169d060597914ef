package dev.unroll.app.run.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What another process asks of a training, by a file in its folder, `control.json`: whoever asks
/// replaces it as a whole, the training takes it away, which is the answer.
///
/// ```
/// {"stop": true}        {"learningRate": 0.001}        or both
/// ```
///
/// @param stop whether to end after the current step, with a checkpoint
/// @param learningRate from the next step on; NaN for the one it has
public record RunControl(boolean stop, double learningRate) {
  /// The name of the file in the folder of the run.
  public static final String FILE = "control.json";

  /// The name of the file while it is read.
  private static final String TAKEN = "control.taken.json";

  private static final String STOP = "stop";
  private static final String RATE = "learningRate";

  /// A few words; a longer file is none of ours.
  private static final int LONGEST = 1_000;

  /// A request for the end.
  public static RunControl end() {
    return new RunControl(true, Double.NaN);
  }

  /// A request for another learning rate.
  ///
  /// @throws IllegalArgumentException if it is none
  public static RunControl rate(double learningRate) {
    if (!(learningRate > 0 && learningRate < 1_000)) {
      throw new IllegalArgumentException(
          "the learning rate is %s, expected a number above 0 and below 1000"
              .formatted(learningRate));
    }
    return new RunControl(false, learningRate);
  }

  /// Asks it of the training in a folder, together with what it has not taken yet.
  ///
  /// @throws IOException one sentence
  public void ask(Path run) throws IOException {
    var file = run.resolve(FILE);
    var asked = this;
    if (Files.exists(file)) {
      try {
        var before = read(file);
        asked = new RunControl(stop || before.stop,
            Double.isNaN(learningRate) ? before.learningRate : learningRate);
      } catch (IOException _) {
        // It has been taken in the meantime, or is none of ours, and is replaced.
      }
    }
    var fields = new LinkedHashMap<String, Object>();
    if (asked.stop) {
      fields.put(STOP, true);
    }
    if (!Double.isNaN(asked.learningRate)) {
      fields.put(RATE, asked.learningRate);
    }
    SafeFile.write(file, (Json.write(fields) + "\n").getBytes(UTF_8));
  }

  /// Takes what is asked of the training in a folder; null if it is nothing.
  ///
  /// @throws IOException one sentence, if the file is none of ours; it is gone all the same
  public static @Nullable RunControl take(Path run) throws IOException {
    var file = run.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    // Moved before it is read: what is asked in between is a new file.
    var taken = run.resolve(TAKEN);
    try {
      Files.move(file, taken, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
    try {
      return read(taken);
    } finally {
      Files.deleteIfExists(taken);
    }
  }

  /// Removes what was asked of a training that has ended.
  public static void discard(Path run) {
    try {
      Files.deleteIfExists(run.resolve(FILE));
      Files.deleteIfExists(run.resolve(TAKEN));
    } catch (IOException _) {
      // It would be taken as asked now; at the worst the training ends, with a checkpoint.
    }
  }

  /// Whether a file in the folder of a run is one of these.
  public static boolean isOne(String name) {
    return name.equals(FILE) || name.equals(TAKEN);
  }

  private static RunControl read(Path file) throws IOException {
    String text;
    try {
      if (Files.size(file) > LONGEST) {
        throw new FormatException("%s is too long for what is asked of a training".formatted(file));
      }
      text = Files.readString(file);
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
    var fields = JsonFields.parse(text, file.toString());
    boolean stop = fields.has(STOP) && fields.bool(STOP);
    if (!fields.has(RATE)) {
      return new RunControl(stop, Double.NaN);
    }
    try {
      return new RunControl(stop, rate(fields.number(RATE)).learningRate);
    } catch (IllegalArgumentException e) {
      throw new FormatException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
