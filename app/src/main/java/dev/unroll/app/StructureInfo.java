package dev.unroll.app;

import dev.unroll.format.StructureFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the file of a structure says of itself.
record StructureInfo(Path path, StructureFile file) {

  SequencedMap<String, @Nullable Object> fields() {
    var model = file.model();
    var anatomy = Anatomy.of(model.architecture());
    var tensors = new LinkedHashMap<String, Object>();
    for (var block : model.parameters().blocks()) {
      tensors.put(block.name(), Arrays.stream(block.shape()).boxed().toList());
    }
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("model", path.toString());
    fields.put("structure", anatomy.kind().toString());
    fields.put("cell", anatomy.body().cell().name());
    fields.put("equations", anatomy.body().cell().toString());
    fields.put("sizes", new TreeMap<>(anatomy.body().sizes().elements()));
    fields.put("layers", anatomy.body().layers());
    fields.put("dropout", anatomy.body().drop());
    fields.put("variational", anatomy.body().maskDrop());
    fields.put("loss", anatomy.outputs().loss().toString());
    fields.put("seed", anatomy.seed());
    fields.put("parameters", model.parameters().size());
    fields.put("tensors", tensors);
    fields.put("vocabularies", file.vocabularies());
    fields.put("provenance", file.provenance().values());
    return fields;
  }

  /// @param origin where it comes from, for people
  String text(long bytes, String origin) {
    var anatomy = Anatomy.of(file.model().architecture());
    var vocabularies = new StringBuilder();
    file.vocabularies().forEach((name, symbols) -> vocabularies.append(
        "%-12s %,d symbols: %s\n".formatted(name, symbols.size(), start(symbols))));
    return """
    %s, %,d bytes

    %s

    structure    %s, loss %s
    %s%s
    cell %s
      %s""".formatted(path, bytes, file.model(), anatomy.kind(),
        anatomy.outputs().loss(), vocabularies, origin, anatomy.body().cell().name(),
        anatomy.body().cell().toString().strip().replace("\n", "\n  "));
  }

  private static String start(List<String> symbols) {
    var all = String.join(" ", symbols).replaceAll("\\p{Cntrl}", "·");
    return all.length() > 200 ? all.substring(0, 200) + "…" : all;
  }
}
