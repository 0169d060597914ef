package dev.unroll.inspect;

import dev.unroll.Engine;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.inspect.Subject.Size;
import dev.unroll.inspect.highway.Highway;
import dev.unroll.inspect.step.Positions;
import dev.unroll.layer.probe.Probes;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Looks into a model while it reads: every quantity of its equations at every step, and where gradients
/// go. All of it is computed by the compiled passes that train the model, with their bits.
///
/// ```java
/// var microscope = Microscope.of(Subject.of(model), engine);
/// var look = microscope.look(examples, List.of("f", "c'"));
/// var profiles = microscope.lags(examples, 16);
/// var influence = microscope.influence(example, 40, 80);
/// ```
///
/// Says how much memory it takes before it takes it ([#bytes]) and refuses to take more than its limit; of
/// a text that is too long, windows can be looked at ([Subject#of(dev.unroll.model.SequenceToSequence, int...)]). The
/// model's parameters and their gradients are the same bits afterwards. Uses its engine; one caller at a
/// time.
public final class Microscope {
  /// Answers that are asked side by side: as many as keep a matrix product busy.
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

  /// A microscope that takes up to half of the memory that this JVM may have.
  public static Microscope of(Subject subject, Engine engine) {
    return new Microscope(subject, engine, Runtime.getRuntime().maxMemory() / 2.0);
  }

  /// The same with another limit.
  public Microscope limitedTo(long bytes) {
    return new Microscope(subject, engine, bytes);
  }

  /// About how many bytes a [#look] at these examples takes, with the copies of all quantities.
  public double bytes(List<Example> examples) {
    var size = Size.of(examples, examples.size());
    return subject.bytes(size) + copies(size);
  }

  /// All values take no more than half of what stands in memory for the pass.
  private double copies(Size size) {
    return subject.bytes(size) / 2;
  }

  /// The names of the layers that can be looked at, in order.
  public List<String> layers() {
    return subject.recurrent().stream().map(layer -> layer.name()).toList();
  }

  /// The names of all quantities of all layers, in order: the equations of their cells, states with their
  /// prime.
  public List<String> quantities() {
    return subject.recurrent().stream().flatMap(layer -> layer.cell().equations().stream())
        .map(equation -> equation.name()).distinct().toList();
  }

  /// Copies the quantities of one pass over examples side by side, in which all that they ask is asked.
  ///
  /// @param quantities names of equations, states with their prime; empty for all. A layer without some of
  ///     them is looked at for the others
  /// @throws IllegalArgumentException if no layer has a quantity (names those that exist), or more memory
  ///     would be needed than the limit
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

  /// How much of an answer's gradient reaches the states of the steps before it, for every state of every
  /// layer: the mean over all examples and positions. One backward pass gives all lags of as many positions as
  /// lie side by side.
  ///
  /// Single positions differ by orders of magnitude, so a mean over a few of many may be far off: ask for
  /// all (`Integer.MAX_VALUE`) where there is time. Where an example asks more, about as many are chosen
  /// such that each lag that can be has several, and weigh as much as those they stand for.
  ///
  /// @param positions how many of the steps that an example asks are looked at, the last one among them; of
  ///     a model with one answer to a sequence there is one
  /// @throws IllegalArgumentException if nothing is asked, or one sample would need more memory than the
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

  /// How many answers the examples ask: so many positions there are for [#lags].
  public int answers(List<Example> examples) {
    return examples.stream().mapToInt(example -> asked(example).size()).sum();
  }

  /// How much each step of the input counts for some answers of an example.
  ///
  /// @param positions steps of the target at which something is asked; none for all
  /// @throws IllegalArgumentException if nothing is asked at a position, or one sample would need more
  ///     memory than the limit
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

  /// Where each recurrent layer stood before each step of an example, for what is differentiated step by
  /// step ([StepJacobian], [Highway]); in the order in which the layer runs. Copies.
  ///
  /// @throws IllegalArgumentException if more memory would be needed than the limit
  public SequencedMap<Recurrent, Trajectory> trajectories(Example example) {
    var size = Size.of(List.of(example), 1);
    requireMemory(size, subject.bytes(size));
    var probes = new Probes();
    var pass = subject.bind(engine, size, probes);
    return keepingGradients(() -> {
      pass.run(List.of(example), null);
      var trajectories = new LinkedHashMap<Recurrent, Trajectory>();
      for (var layer : subject.recurrent()) {
        trajectories.put(layer, Trajectory.of(probes.of(layer.name())));
      }
      return trajectories;
    });
  }

  /// One answer of an example.
  ///
  /// @param weight for how many it stands in a mean
  record Answer(Example example, int position, double weight) {}

  /// Takes what it needs from the layers after a pass over answers, one a sample.
  interface Reading {
    /// Reads what a pass left.
    ///
    /// @param scale turns the gradients of the mean loss into those of each answer's loss
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

  /// Passes add to the gradients of the parameters, which are not theirs.
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

  /// The steps of the target at which something is asked.
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
              "Looking at %,d steps of %,d samples takes about %,.1f MB, more than the limit of %,.1f MB;"
                  + " look at up to %,d steps at a time (at windows of a text, where what stands before is"
                  + " read again and not kept), at fewer samples, or allow more memory (-Xmx)",
              Math.max(size.time(), size.targetTime()), size.batch(), bytes / 1e6,
              limit / 1e6, (long) (limit / each)));
    }
  }

  @Override
  public String toString() {
    return "microscope on %s, up to %,.0f MB".formatted(subject, limit / 1e6);
  }
}
