package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.State;
import dev.unroll.model.Structure;
import dev.unroll.task.Classifier;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A model that scores the events of a stream and keeps a state for each key.
///
/// ```java
/// var model = StreamModel.load(Path.of("model.safetensors"));     // or an .onnx file
/// var batch = new EventBatch<>(model, Features.of(Event::features), BadEvents.SKIP, 256);
/// ```
///
/// Any model that can be stepped is supported; [EventScore] lists what each of them returns:
///
/// - a [dev.unroll.model.SequenceToSequence], or a unidirectional
///   [dev.unroll.model.SequenceToVector] with `Pooling.LAST`, which answers for the sequence so far
/// - a language model, for the [#surprise] of the next event
/// - a [Detector], a [Forecaster], or a [Classifier] that answers after every step
/// - an ONNX model with states: outputs that are fed back to its inputs
///
/// Immutable and thread-safe. It is serialized as the bytes of its file; a JVM that deserializes
/// the same file several times holds one copy.
public final class StreamModel implements Serializable {
  static final String ALARM = "alarm";

  private static final long serialVersionUID = 1;

  private final transient byte[] file;
  private final transient String version;
  private final transient Scored scored;
  private final transient @Nullable Double threshold;

  private StreamModel(byte[] file, String version, Scored scored, @Nullable Double threshold) {
    this.file = file;
    this.version = version;
    this.scored = scored;
    this.threshold = threshold;
  }

  /// Loads a model file, or the model in the folder of a training run.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  /// @throws dev.unroll.format.FormatException if there is no intact model in it
  /// @throws DataException if it cannot be used in a stream; one sentence that says why
  public static StreamModel load(Path file) throws IOException {
    return of(StreamFile.bytes(file), file.toString());
  }

  /// The model file of a path: the path, or the file in the folder of a training run.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  public static Path file(Path path) throws IOException {
    return StreamFile.of(path);
  }

  /// The model in the bytes of a model file.
  ///
  /// @param source where they come from, for messages
  /// @throws dev.unroll.format.FormatException if there is no intact model in them
  /// @throws DataException if it cannot be used in a stream
  public static StreamModel of(byte[] file, String source) throws IOException {
    return new StreamModel(file, StreamFile.version(file), StreamFile.read(file, source), null);
  }

  /// A structure that steps.
  ///
  /// @throws DataException if it cannot be used in a stream
  public static StreamModel of(Structure model) {
    return made(StreamFile.bytes(model));
  }

  /// A detector.
  public static StreamModel of(Detector detector) {
    return made(detector.toBytes());
  }

  /// A classifier that answers after every step ([dev.unroll.task.ClassifierOptions#streaming]).
  ///
  /// @throws DataException if it reads whole sequences
  public static StreamModel of(Classifier classifier) {
    return made(classifier.toBytes());
  }

  /// A forecaster without covariates that are known ahead.
  ///
  /// @throws DataException if it has some
  public static StreamModel of(Forecaster forecaster) {
    return made(forecaster.toBytes());
  }

  private static StreamModel made(byte[] file) {
    try {
      return of(file, "the model");
    } catch (IOException e) {
      throw new IllegalStateException("a model cannot be read back: " + e.getMessage(), e);
    }
  }

  /// The surprise of the next event, in bits, of a model that predicts the next symbol.
  ///
  /// @throws DataException if it does not predict its own symbols
  public StreamModel surprise() {
    return surprise(Double.POSITIVE_INFINITY);
  }

  /// The surprise of the next event, with an alarm beyond a threshold.
  ///
  /// @param threshold in bits; [SurpriseThreshold#of] finds one
  /// @throws DataException if it does not predict its own symbols
  public StreamModel surprise(double threshold) {
    if (!(threshold >= 0)) {
      throw new DataException("the threshold is %s bits, expected at least 0".formatted(threshold));
    }
    return new StreamModel(file, "%s+surprise(%s)".formatted(StreamFile.version(file), threshold),
        surprises(threshold), threshold);
  }

  private SurpriseModel surprises(double threshold) {
    return switch (scored) {
      case StepModel steps -> SurpriseModel.of(steps, threshold);
      case SurpriseModel surprise -> SurpriseModel.of(surprise.steps(), threshold);
      default -> throw new DataException(
          "the surprise of the next event is that of a language model; this one gives %s"
              .formatted(outputs()));
    };
  }

  /// Its version: the first 16 hexadecimal digits of the SHA-256 of its file; of a [#surprise] with
  /// its threshold behind them.
  public String version() {
    return version;
  }

  /// What is kept for a key. States of models with the same layout have the same meaning, so that
  /// one can go on where the other stopped.
  public State.Layout layout() {
    return scored.layout();
  }

  /// The state of a key that had no event.
  public KeyState initial() {
    return KeyState.initial(layout(), scored.initial());
  }

  /// The names of the numbers of an event, in order; one name if it reads symbols.
  public List<String> features() {
    return scored.features();
  }

  /// Refuses to take the place of a model that has other features or outputs: what reads events and
  /// makes results was written for those.
  ///
  /// @throws DataException if they differ
  public void requireNamesOf(StreamModel before) {
    if (!features().equals(before.features()) || !outputs().equals(before.outputs())) {
      boolean reads = !features().equals(before.features());
      throw new DataException(("model %s %s %s, but %s, which it would replace, %s; start the job "
          + "with it, and with what reads its events and results").formatted(version,
              reads ? "reads" : "gives", reads ? features() : outputs(), before.version,
              reads ? before.features() : before.outputs()));
    }
  }

  /// V, the number of symbols that it reads; 0 if it reads numbers.
  public int symbols() {
    return scored.symbols();
  }

  /// The names of the numbers of a score, in order.
  public List<String> outputs() {
    return scored.outputs();
  }

  /// The bytes of its file; a copy.
  public byte[] toBytes() {
    return file.clone();
  }

  Scored scored() {
    return scored;
  }

  private Object writeReplace() {
    return new Sent(file, threshold);
  }

  /// What is sent of it.
  ///
  /// @param threshold of the surprise; null if it answers as the file says
  private record Sent(byte[] file, @Nullable Double threshold) implements Serializable {
    private static final long serialVersionUID = 1;

    private Object readResolve() throws ObjectStreamException {
      try {
        var model = LoadedModels.of(file, "the model that was sent");
        return threshold == null ? model : model.surprise(threshold);
      } catch (IOException e) {
        throw (InvalidObjectException) new InvalidObjectException(e.getMessage()).initCause(e);
      }
    }
  }

  /// Whether it is the same file, used in the same way.
  @Override
  public boolean equals(Object other) {
    return other instanceof StreamModel model && Arrays.equals(file, model.file)
        && Objects.equals(threshold, model.threshold);
  }

  @Override
  public int hashCode() {
    return version.hashCode();
  }

  @Override
  public String toString() {
    return "StreamModel(%s: %s → %s; %s)".formatted(version, features(),
        outputs().size() > 8 ? outputs().size() + " numbers" : outputs(), layout());
  }
}
