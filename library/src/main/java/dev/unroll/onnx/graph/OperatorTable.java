package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.operator.PlainOperators;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.recurrent.RecurrentOperator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// All operators that can be run, by name.
public final class OperatorTable {
  /// The operator that runs one of two graphs, which [CompiledGraph] does itself.
  static final String IF = "If";

  private static final Map<String, Operator.Factory> FACTORIES =
      new TreeMap<>(PlainOperators.all());

  static {
    FACTORIES.put("RNN", RecurrentOperator::rnn);
    FACTORIES.put("GRU", RecurrentOperator::gru);
    FACTORIES.put("LSTM", RecurrentOperator::lstm);
  }

  private OperatorTable() {}

  /// The names, sorted.
  public static SortedSet<String> names() {
    var names = new TreeSet<>(FACTORIES.keySet());
    names.add(IF);
    return names;
  }

  static Operator operator(NodeDef node, Operator.Setting setting) {
    var factory = node.domain().isEmpty() ? FACTORIES.get(node.operator()) : null;
    if (factory == null) {
      throw Refusal.of("this operator is not supported, so nothing of the model is run; supported"
          + " are %s", String.join(", ", names()));
    }
    return factory.of(node, setting);
  }
}
