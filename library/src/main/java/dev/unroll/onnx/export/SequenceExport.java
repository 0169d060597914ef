package dev.unroll.onnx.export;

import dev.unroll.layer.Attention;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Architecture;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.onnx.array.ElementType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A model with an output for a sequence, or for each of its steps, as one graph. Its states are
/// those of a new sequence, or are given and returned.
final class SequenceExport {
  private final GraphBuilder graph;
  private final Ports ports;
  private final ModelWeights weights;
  private final Architecture architecture;
  private final ExportForm form;
  private final ReaderExport reader;
  private final StackExport stack;

  SequenceExport(Structure model, RecurrentStack body, ExportForm form) {
    architecture = model.architecture();
    this.form = form;
    graph = new GraphBuilder(form.opset());
    ports = new Ports(graph);
    weights = new ModelWeights(graph, model.parameters());
    reader = new ReaderExport(graph, weights, ports, architecture.inputs());
    stack = new StackExport(graph, weights, "layer", body, architecture.inputs().width());
  }

  ExportedGraph graph(String name) {
    var x = reader.sequence();
    var steps = new Steps(graph, "", x, form.lengths() ? lengths(graph, ports) : null);
    var initial = form.states() ? given() : null;
    var result = stack.over(x, steps, initial);
    int size = stack.outputSize();
    switch (architecture) {
      case SequenceToVector.Parts parts -> {
        var vector = pooled(parts.pooling(), result, steps);
        if (form.hidden()) {
          ports.output("hidden", vector, "what the output layer reads", ElementType.FLOAT, "batch",
              size);
        }
        head(null).of(vector, size, "batch");
      }
      case SequenceToSequence.Parts _ -> {
        if (form.hidden()) {
          ports.output("hidden", result.sequence(), "what the output layer reads at each step",
              ElementType.FLOAT, "time", "batch", size);
        }
        head(steps).of(result.sequence(), size, "time", "batch");
      }
      default -> throw new IllegalStateException("no sequence model: " + architecture);
    }
    if (initial != null) {
      stack.states().forEach((state, width) -> ports.output(state + "_next",
          String.valueOf(result.states().get(state)), "the state after the last step",
          ElementType.FLOAT, "batch", width));
    }
    return new ExportedGraph("", graph.build(name), ports.inputs(), ports.outputs(),
        form.states() ? stack.starts() : Map.of());
  }

  private HeadExport head(@Nullable Steps steps) {
    return new HeadExport(graph, weights, ports, architecture.outputs(),
        ReaderExport.table(architecture.inputs()), steps);
  }

  /// The lengths of sequences, as recurrent nodes read them.
  static String lengths(GraphBuilder graph, Ports ports) {
    return graph.cast("lengths/int32", ports.input("lengths",
        "how many steps of each sequence are not padding", ElementType.INT64, "batch"),
        ElementType.INT32);
  }

  private SequencedMap<String, String> given() {
    var given = new LinkedHashMap<String, String>();
    stack.states().forEach((state, size) -> given.put(state, ports.input(state,
        "the state before the first step: %s_next of the call before, at first %s".formatted(state,
            stack.hasStarts() ? "the values in the metadata" : "zeros"),
        ElementType.FLOAT, "batch", size)));
    return given;
  }

  private String pooled(Pooling pooling, StackExport.Result result, Steps steps) {
    var y = result.sequence();
    var present = steps.present();
    return switch (pooling) {
      case LAST -> result.last();
      case MEAN -> {
        if (present == null) {
          yield graph.reduced("pooling/mean", "ReduceMean", y, 0, false);
        }
        var sum = graph.sum("pooling/sum", masked(y, present, 0), 0, false);
        var count = graph.cast("pooling/count", steps.lengths(), ElementType.FLOAT);
        yield graph.node("pooling/mean", "Div", sum,
            graph.unsqueezed("pooling/counts", graph.node("pooling/from1", "Max", count,
                graph.number(1)), 1));
      }
      case MAX -> graph.reduced("pooling/max", "ReduceMax",
          present == null ? y : masked(y, present, Double.NEGATIVE_INFINITY), 0, false);
      case ATTENTION -> {
        var attention = new AttentionExport(graph, weights, "pooling", Attention.POOLING);
        yield attention.context(y, attention.keys(y), null, present);
      }
    };
  }

  private String masked(String y, @Nullable String present, double otherwise) {
    return graph.node("pooling/masked", "Where", String.valueOf(present), y,
        graph.number(otherwise));
  }
}
