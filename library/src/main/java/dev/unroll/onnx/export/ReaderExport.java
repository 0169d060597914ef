package dev.unroll.onnx.export;

import dev.unroll.data.Scaling;
import dev.unroll.model.Inputs;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a model reads: vectors, or symbols with their vectors, and the letters of words.
record ReaderExport(GraphBuilder graph, ModelWeights weights, Ports ports, Inputs inputs) {
  private static final String TABLE = "embedding.E";

  /// The vectors of the steps of a sequence, `[T, B, width]`.
  String sequence() {
    return read("of each step", "time", "batch");
  }

  /// One vector for each sample, `[B, width]`.
  String vector() {
    return read("of each sample", "batch");
  }

  private String read(String of, Object... leading) {
    if (inputs.symbols() == 0) {
      var scaling = inputs.scaling();
      var features = ports.input("features",
          "the numbers " + of + (scaling == null ? ""
              : ", in the units of the data; the model scales them itself"),
          ElementType.FLOAT, with(inputs.size(), leading));
      return scaling == null ? features : scaled("features/scaled", features, scaling);
    }
    var symbols = ports.input("symbols",
        "the symbol %s, 0 to %d%s".formatted(of, inputs.symbols() - 1,
            inputs.tokens() == null ? "" : "; the vocabulary is in the metadata"),
        ElementType.INT64, leading);
    var vectors = graph.node("embedding", "Gather", weights.matrix(TABLE), symbols);
    var letters = inputs.letters();
    return letters == null ? vectors
        : graph.joined("embedding/spelled", -1, vectors, spelled(letters));
  }

  private static Object[] with(int size, Object... leading) {
    var shape = new Object[leading.length + 1];
    System.arraycopy(leading, 0, shape, 0, leading.length);
    shape[leading.length] = size;
    return shape;
  }

  /// What is read of the letters of each word, `[T, B, size]`: the words are samples of a batch of
  /// their own.
  private String spelled(Inputs.Letters letters) {
    var symbols = ports.input("letters",
        "the letters of each word, at most %d of them; they are in the metadata".formatted(
            letters.longest()),
        ElementType.INT64, "time", "batch", "letters");
    var counts = ports.input("letter_counts", "how many letters each word has", ElementType.INT64,
        "time", "batch");
    var rows = graph.node("letters/words", "Flatten", Map.of("axis", 2L), symbols);
    var vectors = graph.node("letters/embedding", "Gather", weights.matrix("embedding.letters.E"),
        graph.transposed("letters/steps", rows, 1, 0));
    // Where there is no word, one letter is read and nobody reads the result.
    var lengths = graph.cast("letters/lengths", graph.node("letters/counts", "Max",
        graph.reshaped("letters/all_counts", counts, -1), graph.integer(1)), ElementType.INT32);
    var stack = new StackExport(graph, weights, "embedding.letters.layer", letters.body(),
        letters.size());
    var last = stack.over(vectors, new Steps(graph, "letters/", vectors, lengths), null).last();
    var shape = graph.joined("letters/shape", 0, graph.node("letters/places", "Shape", counts),
        graph.integers(stack.outputSize()));
    return graph.node("letters/read", "Reshape", last, shape);
  }

  /// `(x − shift) / scale`, as [Scaling] computes it.
  private String scaled(String name, String x, Scaling scaling) {
    var exact = graph.cast(name + "/double", x, ElementType.DOUBLE);
    var moved = graph.node(name + "/moved", "Sub", exact,
        graph.constant(name + "/shift", vector(scaling.shift())));
    return graph.cast(name, graph.node(name + "/divided", "Div", moved,
        graph.constant(name + "/scale", vector(scaling.scale()))), ElementType.FLOAT);
  }

  static NdArray vector(double[] values) {
    return NdArray.of(new int[] {values.length}, values.clone());
  }

  /// The table of the symbols' vectors; null if there is none.
  static @Nullable String table(Inputs inputs) {
    return inputs.symbols() == 0 ? null : TABLE;
  }
}
