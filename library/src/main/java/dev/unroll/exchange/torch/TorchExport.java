package dev.unroll.exchange.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.exchange.network.PlainChain;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.file.SafeFile;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.StoredTensor;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Structure;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A model of ours with PyTorch's names: `embedding`, `rnn` and `output`. Our one bias becomes the
/// first of PyTorch's two, and the second is zero.
public final class TorchExport {
  /// The module for a cell.
  enum Module {
    RNN("RNN", ", nonlinearity=\"tanh\"", List.of("")), RELU("RNN", ", nonlinearity=\"relu\"",
        List.of("")), GRU("GRU", "", List.of("r", "z", "n")), LSTM("LSTM", "",
            List.of("i", "f", "g", "o")), PROJECTED("LSTM", ", proj_size=%d",
                List.of("i", "f", "g", "o"));

    final String type;
    final String more;
    final List<String> gates;

    Module(String type, String more, List<String> gates) {
      this.type = type;
      this.more = more;
      this.gates = gates;
    }

    private Cell cell() {
      return switch (this) {
        case RNN -> SimpleRnn.of(Function.TANH);
        case RELU -> SimpleRnn.of(Function.RELU);
        case GRU -> Gru.cell();
        case LSTM -> Lstm.cell();
        case PROJECTED -> Cells.projectedLstm();
      };
    }
  }

  /// Endings of what `torch.save` writes.
  private static final List<String> PICKLES = List.of(".pt", ".pth", ".ckpt", ".bin", ".pkl");

  private final Structure model;
  private final PlainChain chain;
  private final Inputs inputs;
  private final RecurrentStack body;
  private final Outputs outputs;
  private final @Nullable Pooling pooling;
  private final boolean carried;
  private final Module module;

  private TorchExport(Structure model) {
    this.model = model;
    chain = PlainChain.of(model, "PyTorch has no module for %s; export the model as ONNX");
    inputs = chain.inputs();
    body = chain.body();
    outputs = chain.outputs();
    pooling = chain.pooling();
    carried = chain.carried();
    chain.refuse(body.directions() == Merge.SUM, "two directions that are added");
    module = Arrays.stream(Module.values())
        .filter(it -> it.cell().equations().equals(body.cell().equations())).findFirst()
        .orElseThrow(() -> chain.refusal("the cell " + body.cell().name()));
  }

  /// The export of a model.
  ///
  /// @throws IllegalArgumentException if PyTorch has no module for a part of the model
  public static TorchExport of(Structure model) {
    return new TorchExport(model);
  }

  Inputs inputs() {
    return inputs;
  }

  RecurrentStack body() {
    return body;
  }

  Outputs outputs() {
    return outputs;
  }

  @Nullable
  Pooling pooling() {
    return pooling;
  }

  boolean carried() {
    return carried;
  }

  Module module() {
    return module;
  }

  /// Writes the weights, and the Python file that loads them: both or none.
  ///
  /// @throws IllegalArgumentException if the file has the ending of a pickle, which it is not
  /// @throws IOException if there is a Python file of somebody else already, or a file cannot be
  ///     written
  public void write(Path file, Path python) throws IOException {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (python.equals(file)) {
      throw new IllegalArgumentException(
          "%s would be written twice; give the weights the ending .safetensors".formatted(file));
    }
    if (PICKLES.stream().anyMatch(name::endsWith)) {
      throw new IllegalArgumentException(
          ("%s has the ending of a pickle, which torch.load would read, but the weights are written"
              + " as safetensors; give it the ending .safetensors").formatted(file));
    }
    PythonModel.requireOwn(python);
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("format", "pt");
    metadata.putAll(ChainMetadata.of(chain));
    var source = new PythonModel(this, String.valueOf(file.getFileName())).text().getBytes(UTF_8);
    var files = new LinkedHashMap<Path, SafeFile.Content>();
    files.put(file, Safetensors.of(metadata, tensors()).content());
    files.put(python, out -> out.write(source));
    SafeFile.write(files);
  }

  /// The tensors under PyTorch's names.
  SequencedMap<String, StoredTensor> tensors() {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    if (inputs.symbols() > 0) {
      tensors.put("embedding.weight", parameter("embedding.E"));
    }
    for (int l = 0; l < body.layers(); l++) {
      if (body.directions() == null) {
        put(tensors, "layer" + l + ".", "_l" + l);
      } else {
        put(tensors, "layer" + l + ".forward.", "_l" + l);
        put(tensors, "layer" + l + ".backward.", "_l" + l + "_reverse");
      }
    }
    if (!outputs.tied()) {
      tensors.put("output.weight", parameter("output.V"));
    }
    tensors.put("output.bias", parameter("output.c"));
    return tensors;
  }

  private void put(SequencedMap<String, StoredTensor> tensors, String layer, String suffix) {
    tensors.put("rnn.weight_ih" + suffix, stacked(layer, "W"));
    tensors.put("rnn.weight_hh" + suffix, stacked(layer, "U"));
    var ih = stacked(layer, "b");
    float[] hh = new float[ih.elements()];
    if (module == Module.GRU) {
      var bu = parameter(layer + "bu").floats();
      System.arraycopy(bu, 0, hh, hh.length - bu.length, bu.length);
    }
    tensors.put("rnn.bias_ih" + suffix, ih);
    tensors.put("rnn.bias_hh" + suffix, StoredTensor.of(hh, hh.length));
    if (module == Module.PROJECTED) {
      tensors.put("rnn.weight_hr" + suffix, parameter(layer + "V"));
    }
  }

  private StoredTensor parameter(String name) {
    var matrix = block(name);
    return StoredTensor.of(model.parameters().elements(matrix), matrix.shape());
  }

  private Parameters.Block block(String name) {
    var block = model.parameters().byName().get(name);
    if (block == null) {
      throw new IllegalStateException("the model has no " + name);
    }
    return block;
  }

  /// The blocks of all gates one below the other.
  private StoredTensor stacked(String layer, String kind) {
    int rows = 0;
    int columns = 1;
    for (var gate : module.gates) {
      rows += block(layer + kind + gate).rows();
      columns = block(layer + kind + gate).columns();
    }
    float[] all = new float[rows * columns];
    int at = 0;
    for (var gate : module.gates) {
      var block = block(layer + kind + gate);
      model.parameters().read(block, 0, block.rows(), all, at);
      at += block.length();
    }
    return kind.equals("b") ? StoredTensor.of(all, rows) : StoredTensor.of(all, rows, columns);
  }
}
