package dev.unroll.keras.network;

import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.exchange.network.PlainChain;
import dev.unroll.keras.file.KerasArchive;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A model of ours as a `Sequential` of Keras 3: `Embedding`, recurrent layers, perhaps a pooling,
/// `Dense`.
public final class KerasExport {
  private final Structure model;
  private final PlainChain chain;
  private final Inputs inputs;
  private final RecurrentStack body;
  private final Outputs outputs;
  private final @Nullable Pooling pooling;
  private final KerasCell cell;
  private final KerasActivation gate;
  private final KerasActivation state;
  private final List<Object> layers = new ArrayList<>();
  private final Map<String, Object> arrays = new LinkedHashMap<>();

  private KerasExport(Structure model) {
    this.model = model;
    chain = PlainChain.of(model, "Keras has no layer for %s; export the model as ONNX");
    inputs = chain.inputs();
    body = chain.body();
    outputs = chain.outputs();
    pooling = chain.pooling();
    chain.refuse(inputs.scaling() != null || outputs.scaling() != null,
        "the scaling of the data inside a model");
    var found = found();
    cell = found.cell;
    gate = found.gate;
    state = found.state;
  }

  /// A model as an archive to be written.
  ///
  /// @throws IllegalArgumentException if Keras has no layer for a part of the model; names it
  public static KerasArchive of(Structure model) {
    var export = new KerasExport(model);
    export.addLayers();
    var inside = new LinkedHashMap<String, Object>();
    inside.put("name", "model");
    inside.put("trainable", true);
    inside.put("layers", export.layers);
    return new KerasArchive(ChainMetadata.of(export.chain),
        described("keras", "Sequential", inside), export.arrays);
  }

  private record Found(KerasCell cell, KerasActivation gate, KerasActivation state) {}

  private Found found() {
    for (var kind : KerasCell.values()) {
      for (var on : KerasActivation.values()) {
        for (var of : KerasActivation.values()) {
          if (on.isOfKeras3() && of.isOfKeras3()
              && kind.cell(on, of).equations().equals(body.cell().equations())) {
            return new Found(kind, on, of);
          }
        }
      }
    }
    throw chain.refusal("the cell " + body.cell().name());
  }

  private static SequencedMap<String, Object> described(String module, String type,
      SequencedMap<String, Object> config) {
    var layer = new LinkedHashMap<String, Object>();
    layer.put("module", module);
    layer.put("class_name", type);
    layer.put("config", config);
    return layer;
  }

  private void add(String type, SequencedMap<String, Object> config) {
    layers.add(described("keras.layers", type, config));
  }

  private static SequencedMap<String, Object> config(String name, Object... pairs) {
    var config = new LinkedHashMap<String, Object>();
    config.put("name", name);
    config.put("dtype", "float32");
    for (int i = 0; i < pairs.length; i += 2) {
      config.put((String) pairs[i], pairs[i + 1]);
    }
    return config;
  }

  private void addLayers() {
    boolean symbols = inputs.symbols() > 0;
    var shape = new ArrayList<@Nullable Object>();
    shape.add(null);
    shape.add(null);
    if (!symbols) {
      shape.add((long) inputs.size());
    }
    add("InputLayer", config("input", "batch_shape", shape));
    if (symbols) {
      add("Embedding", config("embedding", "input_dim", (long) inputs.symbols(), "output_dim",
          (long) inputs.size()));
      arrays.put("layers/embedding/vars/0", matrix("embedding.E", false));
    }
    for (int l = 0; l < body.layers(); l++) {
      recurrent(l);
    }
    if (pooling == Pooling.MEAN || pooling == Pooling.MAX) {
      add(pooling == Pooling.MEAN ? "GlobalAveragePooling1D" : "GlobalMaxPooling1D",
          config("pooling"));
    }
    var activation = outputs.activation();
    add("Dense", config("dense", "units", (long) outputs.size(), "activation",
        outputs.loss().isOfClasses() ? "softmax"
            : outputs.loss() instanceof Loss.BinaryCrossEntropy ? "sigmoid"
                : activation == null ? "linear" : activation.name().toLowerCase(Locale.ROOT)));
    // Keras has no output layer that shares the table: it gets the numbers.
    arrays.put("layers/dense/vars/0", matrix(outputs.tied() ? "embedding.E" : "output.V", true));
    arrays.put("layers/dense/vars/1", vector("output.c"));
  }

  private void recurrent(int layer) {
    boolean all = layer < body.layers() - 1 || pooling != Pooling.LAST;
    var type = switch (cell) {
      case RNN -> "SimpleRNN";
      case GRU, GRU_RESET_BEFORE -> "GRU";
      case LSTM -> "LSTM";
    };
    var word = type.equals("SimpleRNN") ? "simple_rnn" : type.toLowerCase(Locale.ROOT);
    var number = layer == 0 ? "" : "_" + layer;
    var config = config(word + number, "units", (long) body.hidden(), "activation", state.keras(),
        "return_sequences", all);
    if (cell != KerasCell.RNN) {
      config.put("recurrent_activation", gate.keras());
    }
    if (type.equals("GRU")) {
      config.put("reset_after", cell == KerasCell.GRU);
    }
    if (body.directions() == null) {
      add(type, config);
      variables("layers/" + word + number + "/cell/vars/", "layer" + layer + ".");
    } else {
      var both = "bidirectional" + number;
      add("Bidirectional", config(both, "merge_mode",
          body.directions() == Merge.SUM ? "sum" : "concat", "layer",
          described("keras.layers", type, config)));
      variables("layers/" + both + "/forward_layer/cell/vars/",
          "layer%d.forward.".formatted(layer));
      variables("layers/" + both + "/backward_layer/cell/vars/",
          "layer%d.backward.".formatted(layer));
    }
  }

  private void variables(String path, String layer) {
    arrays.put(path + 0, stacked(layer + "W"));
    arrays.put(path + 1, stacked(layer + "U"));
    var bias = flat(layer + "b");
    if (cell == KerasCell.GRU) {
      float[] own = new float[bias.length];
      float[] bu = vector(layer + "bu");
      System.arraycopy(bu, 0, own, own.length - bu.length, bu.length);
      arrays.put(path + 2, new float[][] {bias, own});
    } else {
      arrays.put(path + 2, bias);
    }
  }

  /// The gates side by side, transposed.
  private float[][] stacked(String kind) {
    var gates = cell.gates();
    int hidden = body.hidden();
    float[][] all = new float[0][];
    for (int g = 0; g < gates.size(); g++) {
      float[][] part = matrix(kind + gates.get(g), true);
      if (g == 0) {
        all = new float[part.length][gates.size() * hidden];
      }
      boolean negated = isNegated(gates.get(g));
      for (int j = 0; j < part.length; j++) {
        for (int i = 0; i < hidden; i++) {
          all[j][g * hidden + i] = negated ? -part[j][i] : part[j][i];
        }
      }
    }
    return all;
  }

  private float[] flat(String kind) {
    var gates = cell.gates();
    int hidden = body.hidden();
    float[] all = new float[gates.size() * hidden];
    for (int g = 0; g < gates.size(); g++) {
      float[] part = vector(kind + gates.get(g));
      for (int i = 0; i < hidden; i++) {
        all[g * hidden + i] = isNegated(gates.get(g)) ? -part[i] : part[i];
      }
    }
    return all;
  }

  private boolean isNegated(String name) {
    return name.equals("z") && cell.hasOtherZ(gate, state);
  }

  private float[] vector(String name) {
    var block = model.parameters().byName().get(name);
    if (block == null) {
      throw new IllegalStateException("the model has no " + name);
    }
    return model.parameters().elements(block);
  }

  private float[][] matrix(String name, boolean transposed) {
    float[] values = vector(name);
    var block = model.parameters().byName().get(name);
    int rows = block == null ? 0 : block.rows();
    int columns = block == null ? 0 : block.columns();
    float[][] all = new float[transposed ? columns : rows][transposed ? rows : columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        all[transposed ? j : i][transposed ? i : j] = values[i * columns + j];
      }
    }
    return all;
  }
}
