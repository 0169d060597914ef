package dev.unroll.onnx.export;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Function;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.loss.Loss;
import dev.unroll.onnx.array.ElementType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model that writes a sequence, as two graphs: what is done once for an input, and a step of
/// the decoder. What the first puts out, the second reads under the same name; what a step puts out
/// as `NAME_next`, the next step reads as `NAME`.
final class DecoderExport {
  private static final String PREVIOUS = "previous";

  private final Structure model;
  private final ExportForm form;
  private final String prefix;
  private final RecurrentStack body;
  private final Outputs outputs;
  private final Feeding feeding;
  private final boolean starts;
  private final @Nullable Attention rule;
  private final boolean inputFeeding;
  private final int feedback;

  DecoderExport(EncoderDecoder model, ExportForm form) {
    var parts = model.architecture();
    this.model = model;
    this.form = form;
    prefix = "decoder.";
    body = parts.decoder();
    outputs = parts.outputs();
    feeding = parts.feeding();
    starts = parts.starts();
    rule = parts.attention();
    inputFeeding = parts.inputFeeding();
    feedback = parts.feedback();
  }

  DecoderExport(VectorToSequence model, ExportForm form) {
    var parts = model.architecture();
    this.model = model;
    this.form = form;
    prefix = "";
    body = parts.body();
    outputs = parts.outputs();
    feeding = parts.feeding();
    starts = parts.starts();
    rule = null;
    inputFeeding = false;
    feedback = parts.feedback();
  }

  List<ExportedGraph> graphs(String name) {
    return List.of(encoder(name), decoder(name));
  }

  /// A graph that is being put together.
  private final class Part {
    final GraphBuilder graph = new GraphBuilder(form.opset());
    final Ports ports = new Ports(graph);
    final ModelWeights weights = new ModelWeights(graph, model.parameters());

    StackExport stack(int inputs) {
      return new StackExport(graph, weights, prefix + "layer", body, inputs);
    }

    AttentionExport attention() {
      return new AttentionExport(graph, weights, prefix + "attention", requireNonNull(rule));
    }

    ExportedGraph built(String name, String part) {
      return new ExportedGraph(part, graph.build(name), ports.inputs(), ports.outputs(),
          Map.of());
    }
  }

  private boolean feedsSymbols() {
    return feedback > 0 && outputs.loss() instanceof Loss.CrossEntropy;
  }

  private int feedbackSize() {
    return feedsSymbols() ? feedback : feedback == 0 ? 0 : outputs.targets();
  }

  /// The size of what is read once for an input: c, or a step of the memory.
  private int sourceSize() {
    return switch (model.architecture()) {
      case EncoderDecoder.Parts parts -> encoderSize(parts);
      case VectorToSequence.Parts parts -> parts.inputs().width();
      default -> throw new IllegalStateException("no decoder: " + model);
    };
  }

  private static int encoderSize(EncoderDecoder.Parts parts) {
    int size = parts.encoder().outputSize();
    return parts.encoder().directions() == Merge.CONCATENATE ? 2 * size : size;
  }

  private int contextSize() {
    return rule == null || rule == Attention.ADDITIVE ? sourceSize()
        : inputFeeding ? body.outputSize() : 0;
  }

  private boolean hasLengths() {
    return rule != null && form.lengths();
  }

  private ExportedGraph encoder(String name) {
    var part = new Part();
    var graph = part.graph;
    var reader = new ReaderExport(graph, part.weights, part.ports, model.architecture().inputs());
    var memory = "";
    String vector;
    Steps steps;
    if (model.architecture() instanceof EncoderDecoder.Parts parts) {
      var x = reader.sequence();
      steps = new Steps(graph, "", x,
          form.lengths() ? SequenceExport.lengths(graph, part.ports) : null);
      var encoded = new StackExport(graph, part.weights, "encoder.layer", parts.encoder(),
          parts.inputs().width()).over(x, steps, null);
      memory = encoded.sequence();
      vector = encoded.last();
    } else {
      vector = reader.vector();
      steps = new Steps(graph, "", graph.unsqueezed("vector/step", vector, 0), null);
    }
    putPrevious(part, steps);
    putStates(part, steps, vector);
    int size = sourceSize();
    if (rule == null) {
      part.ports.output("context", vector, "what the decoder reads of the input",
          ElementType.FLOAT, "batch", size);
    } else {
      var attention = part.attention();
      part.ports.output("memory", memory, "what the decoder attends to", ElementType.FLOAT, "time",
          "batch", size);
      if (attention.hasKeys()) {
        part.ports.output("keys", attention.keys(memory), "what is compared with queries",
            ElementType.FLOAT, "time", "batch", attention.keySize());
      }
    }
    return part.built(name + "_encoder", "encoder");
  }

  /// What stands for the output before the first one.
  private void putPrevious(Part part, Steps steps) {
    var graph = part.graph;
    if (feedsSymbols()) {
      var ones = graph.unsqueezed("previous/shape", steps.batch(), 0);
      part.ports.output(PREVIOUS,
          graph.node("previous/start", "Expand", graph.integer(outputs.targets()), ones),
          "the symbol before the first one", ElementType.INT64, "batch");
    } else if (feedbackSize() > 0) {
      part.ports.output(PREVIOUS, steps.zeros("previous/start", feedbackSize()),
          "the output before the first one", ElementType.FLOAT, "batch", feedbackSize());
    }
  }

  private void putStates(Part part, Steps steps, String vector) {
    var graph = part.graph;
    var stack = part.stack(contextSize() + feedbackSize());
    var states = new LinkedHashMap<String, String>();
    var stated = stack.stated();
    int all = stack.states().entrySet().stream().filter(state -> !stated.contains(state.getKey()))
        .mapToInt(Map.Entry::getValue).sum();
    var initial = stated.isEmpty() && starts && all > 0 ? Map.<String, String>of()
        : stack.initial(steps);
    if (starts && all > 0) {
      var values = DenseExport.of(graph, part.weights, prefix + "initial",
          Dense.cell(Function.TANH), Dimensions.of(sourceSize(), all), vector);
      int from = 0;
      for (var state : stack.states().entrySet()) {
        if (stated.contains(state.getKey())) {
          states.put(state.getKey(), requireNonNull(initial.get(state.getKey())));
          continue;
        }
        int to = from + state.getValue();
        states.put(state.getKey(), graph.node("initial/" + state.getKey(), "Slice", values,
            graph.integers(from), graph.integers(to), graph.integers(-1)));
        from = to;
      }
    } else {
      states.putAll(initial);
    }
    states.forEach((state, value) -> part.ports.output(state, value,
        "a state of the decoder before its first step", ElementType.FLOAT, "batch",
        requireNonNull(stack.states().get(state))));
    if (rule == Attention.ADDITIVE) {
      var query = stack.outputState();
      part.ports.output("query", query == null ? steps.zeros("query/start", stack.outputSize())
          : requireNonNull(states.get(query)), "what the first step attends with",
          ElementType.FLOAT, "batch", stack.outputSize());
    } else if (inputFeeding) {
      part.ports.output("attended", steps.zeros("attended/start", stack.outputSize()),
          "the attentional vector before the first one", ElementType.FLOAT, "batch",
          stack.outputSize());
    }
  }

  private ExportedGraph decoder(String name) {
    var part = new Part();
    var graph = part.graph;
    var ports = part.ports;
    int hidden = body.outputSize();
    var fed = feedsSymbols()
        ? graph.node("feedback", "Gather", part.weights.matrix(prefix + "feedback.E"),
            ports.input(PREVIOUS, "the symbol that was chosen from the probabilities of the step"
                + " before; at first " + outputs.targets(), ElementType.INT64, "batch"))
        : feedbackSize() == 0 ? null
            : ports.input(PREVIOUS, "previous_next of the step before; at first zeros",
                ElementType.FLOAT, "batch", feedbackSize());
    var stack = part.stack(contextSize() + feedbackSize());
    var before = new LinkedHashMap<String, String>();
    stack.states().forEach((state, size) -> before.put(state, ports.input(state,
        state + " of the encoder, later " + state + "_next of the step before", ElementType.FLOAT,
        "batch", size)));
    var memory = "";
    var keys = "";
    String present = null;
    String read = null;
    if (rule == null) {
      read = ports.input("context", feeding == Feeding.FIRST_STEP
          ? "context of the encoder, later context_next of the step before"
          : "context of the encoder, at each step",
          ElementType.FLOAT, "batch", sourceSize());
      if (feeding == Feeding.FIRST_STEP) {
        ports.output("context_next",
            graph.node("context/none", "Mul", read, graph.number(0)),
            "zeros: the input is read at the first step only", ElementType.FLOAT, "batch",
            sourceSize());
      }
    } else {
      var attention = part.attention();
      memory = ports.input("memory", "memory of the encoder", ElementType.FLOAT, "time", "batch",
          sourceSize());
      keys = attention.hasKeys() ? ports.input("keys", "keys of the encoder", ElementType.FLOAT,
          "time", "batch", attention.keySize()) : memory;
      present = hasLengths()
          ? new Steps(graph, "", memory, SequenceExport.lengths(graph, ports)).present()
          : null;
      if (rule == Attention.ADDITIVE) {
        var query = ports.input("query", "query of the encoder, later query_next",
            ElementType.FLOAT, "batch", hidden);
        read = attention.context(memory, keys, query, present);
      } else if (inputFeeding) {
        read = ports.input("attended", "attended of the encoder, later attended_next",
            ElementType.FLOAT, "batch", hidden);
      }
    }
    var x = read == null ? requireNonNull(fed)
        : fed == null ? read : graph.joined("step/inputs", -1, read, fed);
    var result = stack.step(x, before);
    var h = result.last();
    var said = h;
    int saidSize = hidden;
    if (rule == Attention.ADDITIVE) {
      said = graph.joined("step/said", -1, h, requireNonNull(read));
      saidSize = hidden + sourceSize();
      ports.output("query_next", h, "query of the next step", ElementType.FLOAT, "batch", hidden);
    } else if (rule != null) {
      var context = part.attention().context(memory, keys, h, present);
      said = DenseExport.of(graph, part.weights, prefix + "combination",
          Dense.cell(Function.TANH), Dimensions.of(hidden + sourceSize(), hidden),
          graph.joined("step/joint", -1, h, context));
      if (inputFeeding) {
        ports.output("attended_next", said, "attended of the next step", ElementType.FLOAT,
            "batch", hidden);
      }
    }
    if (form.hidden()) {
      ports.output("hidden", said, "what the output layer reads", ElementType.FLOAT, "batch",
          saidSize);
    }
    var table = feedsSymbols() ? prefix + "feedback.E" : null;
    var y = new HeadExport(graph, part.weights, ports, outputs, table, null).of(said, saidSize,
        "batch");
    if (!feedsSymbols() && feedbackSize() > 0) {
      ports.output("previous_next", graph.node("previous/next", "Slice", y, graph.integers(0),
          graph.integers(feedbackSize()), graph.integers(-1)),
          "previous of the next step, in the units of the model", ElementType.FLOAT, "batch",
          feedbackSize());
    }
    result.states().forEach((state, value) -> ports.output(state + "_next", value,
        state + " of the next step", ElementType.FLOAT, "batch",
        requireNonNull(stack.states().get(state))));
    return part.built(name + "_decoder", "decoder");
  }
}
