package dev.unroll.app.run.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.console.Failure;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.TrainingListener.Step;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The log of a run, `log.jsonl`: its settings, then a line for each step, each epoch, and each
/// change of the learning rate. Lines
/// before a checkpoint survive the end of the process.
public final class RunLog implements AutoCloseable {
  /// The key of the speed, in characters or target steps per second.
  public static final String SPEED = "perSecond";

  /// The key of what happened between two steps.
  static final String EVENT = "event";

  /// The event of another learning rate.
  static final String RATE = "learning rate";

  /// The key of the reason why a run failed, in its last line.
  private static final String FAILED = "failed";

  /// The bytes at the end that are read, far more than such a line.
  private static final int TAIL = 1 << 14;

  private final JsonLines lines;
  private @Nullable RunEvents events;

  private RunLog(JsonLines lines) {
    this.lines = lines;
  }

  /// A reader of a log.
  public interface Reader {
    /// A step, as [RunLog#fields] wrote it.
    void step(JsonFields step) throws IOException;

    /// An epoch, likewise.
    void epoch(JsonFields epoch) throws IOException;
  }

  /// The log of a new run.
  public static RunLog create(Path file, SequencedMap<String, ?> settings) throws IOException {
    var log = new RunLog(JsonLines.create(file));
    log.append(settings);
    return log;
  }

  /// Continues a log after the lines of the first `steps` steps and `epochs` epochs, which are
  /// passed to `reader`; later ones will be written again. If there is no log, a new one is
  /// created.
  ///
  /// @throws FormatException if a line before that is damaged
  public static RunLog resume(
      Path file, long steps, int epochs, SequencedMap<String, ?> settings, Reader reader)
      throws IOException {
    if (!Files.exists(file)) {
      return create(file, settings);
    }
    long kept = 0;
    try (var in = Files.newBufferedReader(file, UTF_8)) {
      var line = in.readLine();
      while (line != null) {
        var next = in.readLine();
        if (next == null && !isJson(line)) {
          break; // truncated when the disk was full or the machine stopped
        }
        var fields = JsonFields.parse(line, "line " + (kept + 1));
        if (kept > 0 && !keep(fields, steps, epochs, reader)) {
          break;
        }
        kept++;
        line = next;
      }
    } catch (FormatException | CharacterCodingException e) {
      throw new FormatException(
          "%s is damaged: %s; move it away to resume without the curves so far"
              .formatted(file, Failure.reason(e)),
          e);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
    return kept == 0 ? create(file, settings) : new RunLog(JsonLines.resume(file, kept));
  }

  private static boolean isJson(String line) {
    try {
      JsonFields.parse(line, "");
      return true;
    } catch (FormatException _) {
      return false;
    }
  }

  private static boolean keep(JsonFields line, long steps, int epochs, Reader reader)
      throws IOException {
    if (line.has(FAILED)) {
      return false;
    }
    boolean isEpoch = line.has("validationLoss");
    if (line.longInteger("step") > steps || isEpoch && line.integer("epoch") > epochs) {
      return false;
    }
    if (line.has(EVENT)) {
      return true;
    }
    if (isEpoch) {
      reader.epoch(line);
    } else {
      reader.step(line);
    }
    return true;
  }

  public void step(Step step, StepEffect effect) throws IOException {
    var fields = fields(step);
    effect.write(fields);
    append(fields);
  }

  public void epoch(Epoch epoch, String sample) throws IOException {
    append(fields(epoch, sample));
  }

  /// Hands each further line on.
  ///
  /// @param events null for nowhere
  public void copyTo(@Nullable RunEvents events) {
    this.events = events;
  }

  private void append(SequencedMap<String, ?> line) throws IOException {
    lines.append(line);
    if (events != null) {
      events.line(line);
    }
  }

  /// Records that the learning rate was changed.
  ///
  /// @param step the steps that are done
  /// @param rate of the next step
  public void rate(long step, double rate) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("step", step);
    fields.put(EVENT, RATE);
    fields.put("learningRate", rate);
    append(fields);
  }

  /// Records the failure of a run that cannot continue: to resume it would fail again.
  public void failed(long step, String reason) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("step", step);
    fields.put(FAILED, reason);
    append(fields);
  }

  /// The reason why the run of a log failed; null if it has not, or there is no such log.
  public static @Nullable String failure(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - TAIL));
      var tail = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).stripTrailing();
      var fields = JsonFields.parse(tail.substring(tail.lastIndexOf('\n') + 1), file.toString());
      return fields.has(FAILED) ? fields.string(FAILED) : null;
    } catch (FormatException _) {
      return null; // truncated, or not a log of ours
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  /// A step as a line; `step` counts from 1.
  public static SequencedMap<String, Object> fields(Step step) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("step", step.step() + 1);
    fields.put("epoch", step.epoch());
    fields.put("loss", step.loss());
    fields.put("norm", step.norm());
    fields.put("clippedNorm", step.clippedNorm());
    fields.put("learningRate", step.learningRate());
    fields.put(SPEED, Math.round(step.count() / step.seconds()));
    fields.put("seconds", step.seconds());
    return fields;
  }

  /// An epoch as a line.
  public static SequencedMap<String, Object> fields(Epoch epoch, String sample) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("step", epoch.step());
    fields.put("epoch", epoch.epoch());
    fields.put("trainLoss", epoch.trainLoss());
    fields.put("validationLoss", epoch.validationLoss());
    if (epoch.trainAccuracy() > 0 || epoch.validationAccuracy() > 0) {
      fields.put("trainAccuracy", epoch.trainAccuracy());
      fields.put("validationAccuracy", epoch.validationAccuracy());
    }
    fields.put("best", epoch.best());
    fields.put("sample", sample);
    return fields;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
