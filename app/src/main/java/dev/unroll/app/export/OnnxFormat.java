package dev.unroll.app.export;

import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.format.json.Json;
import dev.unroll.model.file.ModelFile;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `--to onnx`.
final class OnnxFormat implements ExportFormat {
  @Override
  public String word() {
    return "onnx";
  }

  @Override
  public String fileName() {
    return "model.onnx";
  }

  @Override
  public List<Path> files(ModelFile model, Path file) {
    return OnnxExport.of(model.model()).files(file);
  }

  @Override
  public boolean isOwn(Path file) throws IOException {
    return OnnxNetwork.isOwn(file);
  }

  @Override
  public List<String> write(ModelFile model, Path file, Choices choices) throws IOException {
    var export = OnnxExport.of(model.model());
    if (choices.opset() != null) {
      export = export.opset(choices.opset());
    }
    if (choices.withoutLengths()) {
      export = export.withoutLengths();
    }
    if (choices.states()) {
      export = export.withStates();
    }
    var task = TaskFile.of(model).orElse(null);
    var outside = Outside.of(model, task);
    for (int i = 0; i < outside.size(); i++) {
      export = export.metadata("outside." + (i + 1), outside.get(i));
    }
    if (task != null) {
      export = export.metadata("task", settings(task));
    }
    var lines = new ArrayList<String>();
    for (var written : export.write(file)) {
      lines.add("wrote %s".formatted(written.file()));
      written.values().inputs().forEach(input -> lines.add("  input   " + input));
      written.values().outputs().forEach(output -> lines.add("  output  " + output));
    }
    outside.forEach(sentence -> lines.add("outside   " + sentence));
    return lines;
  }

  /// The settings of the task, without its report and what it knows of single words.
  private static String settings(TaskFile task) {
    var settings = new LinkedHashMap<String, @Nullable Object>(task.fields().values());
    settings.keySet().removeAll(List.of("report", "words", "notes"));
    return Json.write(settings);
  }
}
