package dev.unroll.app;

import dev.unroll.format.Json;
import dev.unroll.format.JsonFields;
import dev.unroll.format.ModelFile;
import dev.unroll.format.StructureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll info`: what a model file says of itself.
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Prints what a model is made of, and where it comes from.",
    footer = {"", "Examples:", "  unroll info", "  unroll info model.safetensors --json"})
final class InfoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run. Default: the newest run under runs.")
  private @Nullable Path model;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  InfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var path = RunFolder.model(terminal.folder(), model);
    if (StructureFile.holds(path)) {
      var structure = StructureFile.read(path);
      var info = new StructureInfo(path, structure);
      terminal.println(json ? Json.write(info.fields())
          : info.text(Files.size(path), origin(structure.provenance(),
              Anatomy.of(structure.model().architecture()).unit())));
      return 0;
    }
    var file = ModelFile.read(path);
    terminal.println(json ? Json.write(fields(file)) : text(file, Files.size(path)));
    return 0;
  }

  private static SequencedMap<String, @Nullable Object> fields(ModelFile file)
      throws IOException {
    var a = file.model().architecture();
    var tensors = new LinkedHashMap<String, Object>();
    for (var block : file.model().parameters().blocks()) {
      tensors.put(block.name(), Arrays.stream(block.shape()).boxed().toList());
    }
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("model", file.source());
    fields.put("cell", a.cell().name());
    fields.put("equations", a.cell().toString());
    fields.put("sizes", new TreeMap<>(a.sizes().elements()));
    fields.put("layers", a.layers());
    fields.put("embedding", a.embedding());
    fields.put("dropout", a.dropout());
    fields.put("variational", a.maskDrop());
    fields.put("seed", a.seed());
    fields.put("parameters", file.model().parameters().size());
    fields.put("tensors", tensors);
    fields.put("vocabulary", file.vocabulary().toList());
    fields.put("provenance", file.provenance().values());
    return fields;
  }

  private static String text(ModelFile file, long bytes) throws IOException {
    return """
    %s, %,d bytes

    %s

    vocabulary   %d characters: %s
    %s
    cell %s
      %s"""
        .formatted(
            file.source(),
            bytes,
            file.model(),
            file.vocabulary().size(),
            vocabulary(file),
            origin(file.provenance(), "nats per character"),
            file.model().architecture().cell().name(),
            file.model().architecture().cell().toString().strip().replace("\n", "\n  "));
  }

  /// The characters that can be printed; a space as ␣, the end of a line as ⏎.
  private static String vocabulary(ModelFile file) {
    var shown = new StringBuilder();
    for (var symbol : file.vocabulary().toList()) {
      int c = symbol.codePointAt(0);
      shown.append(
          switch (symbol) {
            case " " -> "␣";
            case "\n" -> "⏎";
            default -> Character.isISOControl(c) ? "·" : symbol;
          });
      if (shown.length() > 200) {
        return shown.append("…").toString();
      }
    }
    return shown.toString();
  }

  /// @param unit of the loss
  private static String origin(JsonFields provenance, String unit) throws IOException {
    var lines = new StringBuilder();
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
      lines.append("trained for  %d epochs, %,d steps\n".formatted(
          provenance.integer("epochs"), provenance.longInteger("steps")));
    }
    if (provenance.has("validationLoss")) {
      lines.append("validation   %.4f %s\n"
          .formatted(provenance.number("validationLoss"), unit));
    }
    return lines.toString();
  }

  private static String start(String sha256) {
    return sha256.substring(0, Math.min(12, sha256.length()));
  }
}
