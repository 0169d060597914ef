package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.operator.PlainOperators;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.recurrent.QuantizedLstm;
import dev.unroll.onnx.recurrent.RecurrentOperator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// All operators that can be run, by name.
public final class OperatorTable {
  /// The operators that run graphs.
  static final Map<String, Step.Control> CONTROLS = Map.of("If", IfStep::of,
      "Loop", LoopStep::of, "Scan", ScanStep::of);

  /// The operators of ONNX Runtime's own that are known.
  private static final String RUNTIME = "com.microsoft";
  private static final String QUANTIZED_LSTM = "DynamicQuantizeLSTM";

  private static final Map<String, Operator.Factory> FACTORIES =
      new TreeMap<>(PlainOperators.all());

  static {
    FACTORIES.put("RNN", RecurrentOperator::rnn);
    FACTORIES.put("GRU", RecurrentOperator::gru);
    FACTORIES.put("LSTM", RecurrentOperator::lstm);
    FACTORIES.put(QUANTIZED_LSTM, QuantizedLstm::of);
  }

  private static final SortedSet<String> NAMES = new TreeSet<>(FACTORIES.keySet());

  static {
    NAMES.addAll(CONTROLS.keySet());
  }

  private OperatorTable() {}

  /// The names, sorted.
  public static SortedSet<String> names() {
    return new TreeSet<>(NAMES);
  }

  /// Whether there is such an operator.
  public static boolean isKnown(NodeDef node) {
    boolean runtime = node.operator().equals(QUANTIZED_LSTM);
    return node.domain().equals(runtime ? RUNTIME : "") && NAMES.contains(node.operator());
  }

  static Operator operator(NodeDef node, Operator.Setting setting) {
    var factory = isKnown(node) ? FACTORIES.get(node.operator()) : null;
    if (factory == null) {
      throw Refusal.of("this operator is not supported, so nothing of the model is run; supported"
          + " are %s", String.join(", ", names()));
    }
    return factory.of(node, setting);
  }
}
