package dev.unroll.app.command;

import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.TaskInfo;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll info`: describes a model file.
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Prints what a model is made of, and where it comes from.",
    footer = {"", "Examples:", "  unroll info", "  unroll info model.safetensors --json"})
public final class InfoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run. Default: the newest run under runs.")
  private @Nullable Path model;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public InfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var path = RunFolder.model(terminal.folder(), model);
    FiniteModel.requireOurs(path);
    var file = ModelFile.read(path);
    var info = new ModelInfo(file);
    var task = TaskFile.of(file).map(TaskInfo::new);
    if (json) {
      var fields = info.fields();
      if (task.isPresent()) {
        fields.put("task", task.get().fields());
      }
      terminal.println(Json.write(fields));
      return 0;
    }
    var origin = origin(file.provenance(), info.unit());
    if (task.isPresent()) {
      var run = path.getParent();
      origin = task.get().text(String.valueOf(run == null ? path : run)) + origin;
    }
    terminal.println(info.text(Files.size(path), origin));
    return 0;
  }

  /// @param unit of the loss
  private static String origin(JsonFields provenance, String unit) throws IOException {
    var lines = new StringBuilder();
    if (provenance.has("imported")) {
      var imported = provenance.object("imported");
      lines.append("imported     %s, %s\n".formatted(imported.string("source"),
          imported.string("kind")));
    }
    if (provenance.has("data") && provenance.object("data").has("source")) {
      var data = provenance.object("data");
      lines.append("trained on   %s (SHA-256 %s…)\n"
          .formatted(data.string("source"), start(data.string("sha256"))));
    }
    if (provenance.has("settings")) {
      lines.append("settings     %s\n".formatted(
          provenance.object("settings").values().toString().replaceAll("[{}]", "")
              .replace("=", " ")));
    }
    if (provenance.has("epochs")) {
      int epochs = provenance.integer("epochs");
      long steps = provenance.longInteger("steps");
      lines.append("trained for  %d epoch%s, %,d step%s\n".formatted(epochs, epochs == 1 ? "" : "s",
          steps, steps == 1 ? "" : "s"));
    }
    if (provenance.has("validationLoss")) {
      lines.append("%-12s %s %s\n".formatted(validates(provenance) ? "validation" : "training",
          ShortNumber.of(provenance.number("validationLoss")), unit));
    }
    return lines.toString();
  }

  /// Without validation the loss is that of training.
  private static boolean validates(JsonFields provenance) throws IOException {
    return !provenance.has("data") || !provenance.object("data").has("validation")
        || !provenance.object("data").string("validation").equals("null");
  }

  private static String start(String sha256) {
    return sha256.substring(0, Math.min(12, sha256.length()));
  }
}
