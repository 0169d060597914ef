package dev.unroll.app.run.log;

import dev.unroll.app.tensorboard.EventFile;
import dev.unroll.tensor.Parameters;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The log of a run as events for TensorBoard: what a line says as scalars, the settings and the
/// samples as texts, the parameters as histograms.
public final class RunEvents implements Closeable {
  /// What the numbers of a line are called there.
  private static final Map<String, String> TAGS = Map.ofEntries(Map.entry("loss", "loss/training"),
      Map.entry("norm", "gradient/norm"), Map.entry("clippedNorm", "gradient/norm after clipping"),
      Map.entry("cosine", "gradient/cosine of clipping"),
      Map.entry("learningRate", "learning rate"), Map.entry(RunLog.SPEED, "speed/per second"),
      Map.entry("trainLoss", "loss/epoch"), Map.entry("validationLoss", "loss/validation"),
      Map.entry("trainAccuracy", "accuracy/training"),
      Map.entry("validationAccuracy", "accuracy/validation"));

  private final EventFile file;

  private RunEvents(EventFile file) {
    this.file = file;
  }

  /// Begins a file in the folder of a run.
  ///
  /// @param step the steps that are done
  /// @throws IOException one sentence
  public static RunEvents in(Path run, long step) throws IOException {
    return new RunEvents(EventFile.create(run.resolve(EventFile.FOLDER), step));
  }

  /// Where they are.
  public Path file() {
    return file.file();
  }

  /// A line of the log: that of a step, an epoch, or the settings.
  public void line(Map<String, ? extends @Nullable Object> line) throws IOException {
    if (!(line.get("step") instanceof Number step)) {
      settings(line);
      return;
    }
    var scalars = new LinkedHashMap<String, Double>();
    line.forEach((key, value) -> {
      var tag = TAGS.get(key);
      if (tag != null && value instanceof Number number) {
        scalars.put(tag, number.doubleValue());
      }
    });
    if (line.get("updates") instanceof Map<?, ?> updates) {
      updates.forEach((name, ratio) -> {
        if (ratio instanceof Number number) {
          scalars.put("update to weight/" + name, number.doubleValue());
        }
      });
    }
    if (line.containsKey(RunLog.EVENT)) {
      file.text(step.longValue(), "events", "%s %s".formatted(line.get(RunLog.EVENT),
          line.get("learningRate")));
      return;
    }
    file.scalars(step.longValue(), scalars);
    if (line.get("sample") instanceof String sample && !sample.isEmpty()) {
      file.text(step.longValue(), "sample", "```\n%s\n```".formatted(sample));
    }
  }

  private void settings(Map<String, ? extends @Nullable Object> settings) throws IOException {
    var table = new StringBuilder("| setting | value |\n| --- | --- |\n");
    settings.forEach((name, value) -> {
      if (!name.equals("equations")) {
        table.append("| %s | %s |%n".formatted(name, value));
      }
    });
    file.text(0, "settings", table.toString());
    if (settings.get("equations") instanceof String equations) {
      file.text(0, "equations", "```\n%s\n```".formatted(equations));
    }
  }

  /// How the parameters are distributed.
  public void parameters(long step, Parameters parameters) throws IOException {
    for (var block : parameters.blocks()) {
      file.histogram(step, "parameters/" + block.name(), parameters.elements(block), 0,
          block.length());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
