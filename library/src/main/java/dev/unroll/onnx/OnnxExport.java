package dev.unroll.onnx;

import dev.unroll.format.file.SafeFile;
import dev.unroll.layer.Pooling;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.onnx.export.ExportForm;
import dev.unroll.onnx.export.ExportedGraph;
import dev.unroll.onnx.export.ExportedValue;
import dev.unroll.onnx.export.ModelExport;
import dev.unroll.onnx.proto.ModelWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Writes a model as ONNX, so that other programs can run it.
///
/// ```java
/// OnnxExport.of(model).opset(18).write(Path.of("model.onnx"));
/// ```
///
/// A cell that ONNX knows becomes an RNN, GRU or LSTM node; every other one a Scan whose body is
/// its equations. Time and batch are free, and come first: inputs are `[time, batch, …]`. Nothing
/// is dropped, as in a prediction. Scaling that belongs to the model is part of the graph. A model
/// that writes sequences becomes two files, an encoder and a step of the decoder
/// (`docs/onnx.md`).
///
/// Immutable; the parameters are those at the time of [#write].
public final class OnnxExport {
  /// The version of the operators unless another one is asked for.
  public static final int OPSET = 17;

  private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 20);

  private final Structure model;
  private final ExportForm form;
  private final SequencedMap<String, String> metadata;

  private OnnxExport(Structure model, ExportForm form, SequencedMap<String, String> metadata) {
    this.model = model;
    this.form = form;
    this.metadata = metadata;
  }

  /// A whole model with the lengths of sequences as an input, for opset 17.
  public static OnnxExport of(Structure model) {
    return new OnnxExport(model, new ExportForm(OPSET, true, false, false), new LinkedHashMap<>());
  }

  private OnnxExport with(ExportForm changed) {
    return new OnnxExport(model, changed, metadata);
  }

  /// The same for another version of ONNX's operators.
  ///
  /// @throws IllegalArgumentException if it is not supported
  public OnnxExport opset(int opset) {
    if (opset < ModelExport.FIRST_OPSET || opset > ModelExport.LAST_OPSET) {
      throw new IllegalArgumentException("opset %d is not supported, %d to %d are; %d is one that"
          .formatted(opset, ModelExport.FIRST_OPSET, ModelExport.LAST_OPSET, OPSET)
          + " most programs know");
    }
    return with(new ExportForm(opset, form.lengths(), form.states(), form.hidden()));
  }

  /// The same without lengths: all sequences of a batch have the same.
  public OnnxExport withoutLengths() {
    return with(new ExportForm(form.opset(), false, form.states(), form.hidden()));
  }

  /// The same with states as inputs and outputs, so that a sequence can be read in parts or step by
  /// step: `layer0_h` and `layer0_h_next`. Without lengths.
  ///
  /// @throws IllegalArgumentException if the model needs whole sequences, or writes them: its
  ///     decoder has states anyway
  public OnnxExport withStates() {
    switch (model) {
      case SequenceToVector it when it.architecture().pooling() == Pooling.LAST
          && it.architecture().body().directions() == null
          && it.architecture().inputs().letters() == null -> {
      }
      case SequenceToSequence it when it.isDivisible() -> {
      }
      case SequenceToVector _, SequenceToSequence _ -> throw new IllegalArgumentException(
          "a model of two directions, of letters of words, with a chain of outputs or a pooling"
              + " other than the last step needs whole sequences; export it without states");
      default -> throw new IllegalArgumentException(
          "a model that writes sequences has states in its decoder anyway; export it without"
              + " asking for them");
    }
    return with(new ExportForm(form.opset(), false, true, form.hidden()));
  }

  /// The same with one more output, `hidden`: what the output layer reads, such as the outputs of
  /// the last recurrent layer.
  public OnnxExport withHidden() {
    return with(new ExportForm(form.opset(), form.lengths(), form.states(), true));
  }

  /// The same with an entry in the metadata.
  public OnnxExport metadata(String key, String value) {
    var more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return new OnnxExport(model, form, more);
  }

  /// A file that was written, and what it reads and puts out.
  public record Written(Path file, Values values) {}

  /// What a file reads and puts out.
  public record Values(List<Value> inputs, List<Value> outputs) {}

  /// An input or output of a file.
  ///
  /// @param type of its elements, such as `int64`
  /// @param shape a number for each axis, or the name of one that is free
  /// @param meaning in a few words
  public record Value(String name, String type, List<String> shape, String meaning) {

    /// As text: `lengths int64 [batch]: how many steps of each sequence are not padding`.
    @Override
    public String toString() {
      return "%s %s [%s]: %s".formatted(name, type, String.join(", ", shape), meaning);
    }
  }

  /// Writes the model, so that a crash leaves the old file or the new one. A model that writes
  /// sequences gives two files: `model.encoder.onnx` and `model.decoder.onnx` for `model.onnx`.
  ///
  /// @return what was written
  /// @throws IOException if a file cannot be written
  /// @throws IllegalArgumentException if the model has a parameter that is not finite, or is too
  ///     large for one file
  public List<Written> write(Path file) throws IOException {
    var written = new ArrayList<Written>();
    var contents = new ArrayList<byte[]>();
    for (var graph : graphs()) {
      contents.add(bytes(graph));
      written.add(new Written(part(file, graph.part()), values(graph)));
    }
    var files = new LinkedHashMap<Path, SafeFile.Content>();
    for (int i = 0; i < written.size(); i++) {
      var content = contents.get(i);
      files.put(written.get(i).file(), out -> out.write(content));
    }
    SafeFile.write(files);
    return List.copyOf(written);
  }

  /// The files that [#write] writes.
  ///
  /// @throws IllegalArgumentException as [#write]
  public List<Path> files(Path file) {
    return graphs().stream().map(graph -> part(file, graph.part())).toList();
  }

  /// The bytes of each file that [#write] writes.
  ///
  /// @throws IllegalArgumentException if the model has a parameter that is not finite, or is too
  ///     large for one file
  public List<byte[]> toBytes() {
    return graphs().stream().map(this::bytes).toList();
  }

  /// What each file that [#write] writes reads and puts out.
  public List<Values> values() {
    return graphs().stream().map(OnnxExport::values).toList();
  }

  /// Whether the lengths of sequences are an input.
  public boolean hasLengths() {
    return form.lengths();
  }

  private byte[] bytes(ExportedGraph graph) {
    var version = version();
    return ModelWriter.write(ModelExport.model(model, graph, form.opset(), version, metadata),
        version);
  }

  private List<ExportedGraph> graphs() {
    model.parameters().firstNotFinite().ifPresent(block -> {
      throw new IllegalArgumentException("parameter %s has a value that is not finite, so that the"
          .formatted(block.name()) + " model is of no use; export one whose training succeeded");
    });
    if (Float.BYTES * (long) model.parameters().size() > MOST_BYTES) {
      throw new IllegalArgumentException("the model has %d parameters, and one ONNX file has room"
          .formatted(model.parameters().size()) + " for %d".formatted(MOST_BYTES / Float.BYTES));
    }
    return ModelExport.graphs(model, form);
  }

  private static Values values(ExportedGraph graph) {
    return new Values(described(graph.inputs()), described(graph.outputs()));
  }

  private static List<Value> described(List<ExportedValue> values) {
    return values.stream().map(v -> new Value(v.name(), v.type(), v.shape(), v.meaning())).toList();
  }

  private static Path part(Path file, String part) {
    if (part.isEmpty()) {
      return file;
    }
    var name = String.valueOf(file.getFileName());
    var extension = ".onnx";
    return file.resolveSibling(name.endsWith(extension)
        ? name.substring(0, name.length() - extension.length()) + "." + part + extension
        : name + "." + part);
  }

  /// That of the jar.
  private static String version() {
    var version = OnnxExport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
