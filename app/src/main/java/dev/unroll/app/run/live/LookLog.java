package dev.unroll.app.run.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.console.Failure;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.inspect.LagProfile;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Microscope;
import dev.unroll.inspect.Saturation;
import dev.unroll.tensor.Rows;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks inside a model while it is trained, `looks.jsonl`: the gradient by lag and the gates, at
/// the end and before that now and then, so rarely that they take a hundredth of the time.
///
/// ```
/// {"step": 900, "lags": {"layer0 · h": [1, 0.8, …]}, "gates": {"layer0 · f": [0.1, 0.2, 0.6]},
///  "seconds": 0.03}
/// ```
///
/// A lag's number is the norm of the gradient relative to that at lag 0. A gate's are the shares of
/// its values below 0.1 and above 0.9, and their mean. The seconds are those that the look took.
public final class LookLog {
  /// The name of the file in the folder of a run.
  public static final String FILE = "looks.jsonl";

  private static final long LEAST_NANOS = 10_000_000_000L;
  private static final int SHARE = 100;

  /// The last answer of each example alone: a mean over answers that have different lags before
  /// them would have steps.
  private static final int POSITIONS = 1;

  private static final float SHUT = 0.1f;
  private static final float OPEN = 0.9f;
  private static final MathContext DIGITS = new MathContext(3);

  private final Path file;
  private final @Nullable Watched watched;
  private final Consumer<String> told;
  private long ended = System.nanoTime();
  private long took;
  private boolean failed;

  /// Later lines are of a training that was killed.
  private long last;

  /// @param watched null for nothing
  /// @param begun the steps that are done; later looks will be taken again
  /// @param told receives lines for the screen
  public LookLog(Path folder, @Nullable Watched watched, long begun, Consumer<String> told) {
    this.file = folder.resolve(FILE);
    this.watched = watched;
    last = begun;
    this.told = told;
  }

  /// Called after a step.
  ///
  /// @param step the steps that are done
  public void step(long step) {
    long passed = System.nanoTime() - ended;
    if (passed >= LEAST_NANOS && passed >= SHARE * took) {
      look(step);
    }
  }

  /// Looks now. What fails is told once, and the training goes on.
  public void look(long step) {
    var subject = watched;
    if (subject == null || failed) {
      return;
    }
    long start = System.nanoTime();
    try {
      var fields = fields(step, subject.microscope().get(), subject);
      fields.put("seconds", rounded((System.nanoTime() - start) / 1e9));
      append(fields);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      failed = true;
      told.accept("the model is not looked at any more: %s Training continues."
          .formatted(Failure.sentence(e)));
    }
    ended = System.nanoTime();
    took = ended - start;
  }

  private static SequencedMap<String, Object> fields(long step, Microscope scope, Watched subject) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("step", step);
    var lags = new LinkedHashMap<String, Object>();
    for (var lag : lags(scope, subject)) {
      var shares = new ArrayList<Object>();
      for (int k = 0; k < lag.norms().length; k++) {
        shares.add(rounded(lag.share(k)));
      }
      lags.put("%s · %s".formatted(lag.layer(), lag.state()), shares);
    }
    fields.put("lags", lags);
    var gates = new LinkedHashMap<String, Object>();
    for (var layer : scope.look(subject.examples(), List.of()).layers()) {
      for (var quantity : layer.values().keySet()) {
        if (isGate(layer, quantity)) {
          gates.put("%s · %s".formatted(layer.name(), quantity),
              shares(layer, layer.value(quantity)));
        }
      }
    }
    fields.put("gates", gates);
    return fields;
  }

  /// None where the loss is that of all answers together, as that of a chain is: no answer counts
  /// alone there.
  private static List<LagProfile> lags(Microscope scope, Watched subject) {
    try {
      return scope.lags(subject.examples(), POSITIONS);
    } catch (UnsupportedOperationException _) {
      return List.of();
    }
  }

  private static boolean isGate(Look.Layer layer, String quantity) {
    return Saturation.activation(layer.cell(), quantity).filter(Function.SIGMOID::equals)
        .isPresent();
  }

  /// The shares of a gate's values, without those at padding.
  private static List<Object> shares(Look.Layer layer, Rows values) {
    int batch = layer.lengths().size();
    int shut = 0;
    int open = 0;
    int n = 0;
    double sum = 0;
    for (int t = 0; t < layer.steps(); t++) {
      for (int b = 0; b < batch; b++) {
        int from = values.offset() + (t * batch + b) * values.columns();
        int to = t < layer.lengths().get(b) ? from + values.columns() : from;
        for (int i = from; i < to; i++) {
          float value = values.array()[i];
          shut += value < SHUT ? 1 : 0;
          open += value > OPEN ? 1 : 0;
          sum += value;
          n++;
        }
      }
    }
    return List.of(rounded((double) shut / n), rounded((double) open / n), rounded(sum / n));
  }

  /// NaN and infinities stay, which JSON writes as null.
  private static double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
  }

  private void append(SequencedMap<String, Object> fields) throws IOException {
    try (var lines = JsonLines.resume(file, kept())) {
      lines.append(fields);
    }
    last = Long.MAX_VALUE;
  }

  /// The number of lines to keep.
  private long kept() throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    long lines = 0;
    try (var in = Files.newBufferedReader(file, UTF_8)) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        if (JsonFields.parse(line, file.toString()).longInteger("step") > last) {
          break;
        }
        lines++;
      }
    } catch (FormatException | CharacterCodingException _) {
      return lines; // what is damaged is written anew
    }
    return lines;
  }
}
