package dev.unroll.inspect;

import dev.unroll.Engine;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.inspect.Subject.Size;
import dev.unroll.inspect.highway.Highway;
import dev.unroll.inspect.step.Positions;
import dev.unroll.layer.Layer;
import dev.unroll.layer.probe.Probes;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Inspects the inside of a model while it reads: every quantity of its equations at every step,
/// and the flow of gradients. Everything is computed by the same compiled passes that train the
/// model, bit for bit.
///
/// ```java
/// var microscope = Microscope.of(model, engine);
/// var look = microscope.look(examples, List.of("f", "c'"));
/// var profiles = microscope.lags(examples, 16);
/// var influence = microscope.influence(example, 40, 80);
/// ```
///
/// Reports how much memory it takes before it allocates it ([#bytes]) and refuses to exceed its
/// limit; of a text that is too long, windows can be inspected
/// ([#of(SequenceToSequence, Engine, int...)]). The
/// model's parameters and their gradients have the same bits afterwards. Uses its engine; one
/// caller at a time.
public final class Microscope {
  /// The number of outputs that are computed side by side, so that the matrix products are large.
  private static final int SIDE_BY_SIDE = 32;

  private final OneCaller caller =
      new OneCaller("Microscope", "give each thread a microscope and a model of its own");
  private final Subject subject;
  private final Engine engine;
  private final double limit;

  private Microscope(Subject subject, Engine engine, double limit) {
    this.subject = subject;
    this.engine = engine;
    this.limit = limit;
  }

  /// A microscope that uses up to half of the maximum memory of this JVM. The model runs as in
  /// prediction, without dropout and penalties.
  public static Microscope of(Model model, Engine engine) {
    return of(Subject.of(model), engine);
  }

  /// A microscope on a model of symbols with carried states; its examples are texts
  /// ([dev.unroll.data.Batches#next]) that continue the past.
  ///
  /// Any window of a text that is too long to be kept can be inspected this way: the text before it
  /// is read again whenever states are needed, and only the states are kept. Gradients are those of
  /// the targets within the window.
  ///
  /// @param past the symbols that it reads first; empty for the beginning of a text
  /// @throws IllegalArgumentException if there is a past, but the model cannot carry states
  public static Microscope of(SequenceToSequence model, Engine engine, int... past) {
    return of(Subject.of(model, past), engine);
  }

  private static Microscope of(Subject subject, Engine engine) {
    return new Microscope(subject, engine, Runtime.getRuntime().maxMemory() / 2.0);
  }

  /// The same with another memory limit.
  public Microscope limitedTo(long bytes) {
    return new Microscope(subject, engine, bytes);
  }

  /// The approximate bytes of a [#look] at these examples, with the copies of all quantities.
  public double bytes(List<Example> examples) {
    var size = Size.of(examples, examples.size());
    return subject.bytes(size) + copies(size);
  }

  /// The copies of all values take at most half of the memory of the pass.
  private double copies(Size size) {
    return subject.bytes(size) / 2;
  }

  /// The names of the layers that can be inspected, in order.
  public List<String> layers() {
    return subject.recurrent().stream().map(layer -> layer.name()).toList();
  }

  /// The names of all quantities of all layers, in order: the equations of their cells, states with
  /// their prime.
  public List<String> quantities() {
    return subject.recurrent().stream().flatMap(layer -> layer.cell().equations().stream())
        .map(equation -> equation.name()).distinct().toList();
  }

  /// Copies the quantities of one pass over examples side by side, with their whole targets.
  ///
  /// @param quantities names of equations, states with their prime; empty for all. A layer without
  ///     some of them is inspected for the others
  /// @throws IllegalArgumentException if no layer has a quantity (names those that exist), or more
  ///     memory would be needed than the limit
  public Look look(List<Example> examples, Collection<String> quantities) {
    requireExamples(examples);
    requireQuantities(quantities);
    var size = Size.of(examples, examples.size());
    requireMemory(size, bytes(examples));
    var probes = new Probes();
    var pass = subject.bind(engine, size, probes);
    return keepingGradients(() -> {
      var score = pass.run(examples, null);
      var lengths = examples.stream().map(e -> e.input().length()).toList();
      return new Look(score.mean(), examples.size(), lengths, pass.bytes(),
          probes.all().stream().map(probe -> LayerCopy.of(probe, quantities,
              subject.writes(probe.layer()), examples)).toList(),
          probes.attentions().stream().map(Look.Attended::of).toList());
    });
  }

  /// How much of an output's gradient reaches the states of the steps before it, for every state of
  /// every layer: the mean over all examples and positions. One backward pass gives all lags of as
  /// many positions as fit side by side.
  ///
  /// Single positions differ by orders of magnitude, so a mean over a few of many may be far off:
  /// request all (`Integer.MAX_VALUE`) if there is time. If an example has more targets, about that
  /// many are chosen such that each possible lag has several, and weighted by the number that they
  /// represent.
  ///
  /// @param positions how many of the target steps of an example are measured, always including the
  ///     last one; a model with one output for a sequence has one
  /// @throws IllegalArgumentException if the target mask is empty, or one sample would need more
  ///     memory than the
  ///     limit
  public List<LagProfile> lags(List<Example> examples, int positions) {
    requireExamples(examples);
    if (positions < 1) {
      throw new IllegalArgumentException(positions + " positions, expected at least 1");
    }
    var answers = new ArrayList<Answer>();
    for (var example : examples) {
      var asked = asked(example);
      if (asked.isEmpty()) {
        continue;
      }
      var chosen = Positions.of(asked.size(), positions);
      for (int i = 0; i < chosen.count(); i++) {
        answers.add(new Answer(example, asked.get(chosen.places()[i]), chosen.weights()[i]));
      }
    }
    requireAsked(!answers.isEmpty());
    var lags = new LagSums(subject);
    run(answers, lags);
    return lags.profiles();
  }

  /// The number of target steps of the examples, which is the number of positions for [#lags].
  public int answers(List<Example> examples) {
    return examples.stream().mapToInt(example -> asked(example).size()).sum();
  }

  /// The influence of each step of the input on some outputs of an example.
  ///
  /// @param positions steps in the target mask; none for all
  /// @throws IllegalArgumentException if a position is not in the target mask, or one sample would
  ///     need more memory than the limit
  public Influence influence(Example example, int... positions) {
    requireExamples(List.of(example));
    var asked = asked(example);
    requireAsked(!asked.isEmpty());
    int[] chosen = positions.length == 0 ? asked.stream().mapToInt(p -> p).toArray()
        : Arrays.stream(positions).sorted().distinct().toArray();
    for (int position : chosen) {
      if (!asked.contains(position)) {
        throw new IllegalArgumentException(
            "there is no target at step %d of %d steps; choose steps that have one"
                .formatted(position, example.target().length()));
      }
    }
    var inputs = new InputNorms();
    run(Arrays.stream(chosen).mapToObj(p -> new Answer(example, p, 1)).toList(), inputs);
    return new Influence(chosen, inputs.norms());
  }

  /// The trajectory of each recurrent layer: its states before each step of an example, for
  /// step-by-step differentiation ([StepJacobian], [Highway]); in the order in which the layer
  /// runs. Copies.
  ///
  /// @throws IllegalArgumentException if more memory would be needed than the limit
  public SequencedMap<Layer, Trajectory> trajectories(Example example) {
    var size = Size.of(List.of(example), 1);
    requireMemory(size, subject.bytes(size));
    var probes = new Probes();
    var pass = subject.bind(engine, size, probes);
    return keepingGradients(() -> {
      pass.run(List.of(example), null);
      var trajectories = new LinkedHashMap<Layer, Trajectory>();
      for (var layer : subject.recurrent()) {
        trajectories.put(layer, Trajectory.of(probes.of(layer.name())));
      }
      return trajectories;
    });
  }

  /// One target step of an example.
  ///
  /// @param weight the number of steps that it represents in a mean
  record Answer(Example example, int position, double weight) {}

  /// Reads the layers after a pass over target steps, one per sample.
  interface Reading {
    /// Reads the values and gradients of a pass.
    ///
    /// @param scale turns the gradients of the mean loss into those of each output's loss
    void take(List<Answer> answers, Probes probes, int batch, double scale);
  }

  private void run(List<Answer> answers, Reading reading) {
    var size = Size.of(answers.stream().map(Answer::example).toList(), 1);
    double one = subject.bytes(size);
    requireMemory(size, one);
    int batch = Math.clamp((long) (limit / one), 1, Math.min(SIDE_BY_SIDE, answers.size()));
    var probes = new Probes();
    var pass = subject.bind(engine, size.withBatch(batch), probes);
    keepingGradients(() -> {
      for (int from = 0; from < answers.size(); from += batch) {
        var some = answers.subList(from, Math.min(answers.size(), from + batch));
        pass.run(some.stream().map(Answer::example).toList(),
            some.stream().mapToInt(Answer::position).toArray());
        reading.take(some, probes, batch, some.size());
      }
      return reading;
    });
  }

  /// Passes add to the gradients of the parameters, so these are restored afterwards.
  private <V> V keepingGradients(Supplier<V> work) {
    caller.enter();
    try {
      var gradients = subject.parameters().gradients();
      var before = gradients.clone();
      try {
        return work.get();
      } finally {
        System.arraycopy(before, 0, gradients, 0, before.length);
      }
    } finally {
      caller.leave();
    }
  }

  /// The steps in the target mask.
  private static List<Integer> asked(Example example) {
    var asked = new ArrayList<Integer>();
    var counts = example.targetMask();
    for (int t = 0; t < example.target().length(); t++) {
      boolean named = !(example.target() instanceof Values.Symbols(var symbols)) || symbols[t] >= 0;
      if (named && (counts == null || counts[t])) {
        asked.add(t);
      }
    }
    return asked;
  }

  private static void requireExamples(List<Example> examples) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("no examples to look at; give at least one");
    }
  }

  private static void requireAsked(boolean asked) {
    if (!asked) {
      throw new IllegalArgumentException(
          "the examples ask nothing, so no gradient comes back; give targets that count");
    }
  }

  private void requireQuantities(Collection<String> quantities) {
    var known = quantities();
    for (var quantity : quantities) {
      if (!known.contains(quantity)) {
        throw new IllegalArgumentException(
            "no layer computes %s; there are %s".formatted(quantity, String.join(", ", known)));
      }
    }
  }

  private void requireMemory(Size size, double bytes) {
    if (bytes > limit) {
      double each = bytes / Math.max(size.time(), size.targetTime());
      throw new IllegalArgumentException(
          String.format(Locale.ROOT,
              "Looking at %,d steps of %,d samples takes about %,.1f MB, more than the limit of "
                  + "%,.1f MB; look at up to %,d steps at a time (at windows of a text, where "
                  + "what stands before is read again and not kept), at fewer samples, or allow "
                  + "more memory (-Xmx)",
              Math.max(size.time(), size.targetTime()), size.batch(), bytes / 1e6,
              limit / 1e6, (long) (limit / each)));
    }
  }

  @Override
  public String toString() {
    return "microscope on %s, up to %,.0f MB".formatted(subject, limit / 1e6);
  }
}
