package dev.unroll.kernel.run;

import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The values and gradients of an [Unrolled] cell with a traced plan in its last passes: views of
/// its memory, each `[T, B, size]` and valid until the next pass. Reading changes nothing; one
/// caller at a time.
public final class Traced {
  private final Plan plan;
  private final Memory memory;
  private final Plan.Trace trace;

  Traced(Plan plan, Memory memory) {
    this.plan = plan;
    this.memory = memory;
    var traced = plan.trace();
    if (traced == null) {
      throw new IllegalStateException("this plan does not trace; use Plan.traced");
    }
    trace = traced;
  }

  /// The names of the equations, in order; states with their prime.
  public List<String> quantities() {
    return List.copyOf(trace.values().keySet());
  }

  /// The value of the equation at every step.
  public Rows value(String quantity) {
    return rows(find(trace.values(), quantity, "quantity"));
  }

  /// The gradient of the equation's value, through all that depends on it.
  public Rows gradient(String quantity) {
    gradient();
    return rows(find(trace.gradients(), quantity, "quantity"));
  }

  /// The part of the gradient of the state after each step that comes from the next step; after the
  /// last step the gradient that the caller wrote.
  public Rows arriving(String state) {
    return rows(new Place(find(gradient().states(), state, "state"), 0, 1));
  }

  /// The matrices, in the order of storage.
  public List<String> matrices() {
    var names = new LinkedHashSet<String>();
    plan.parameters().stream().filter(p -> !p.isVector()).forEach(p -> names.add(p.name()));
    return List.copyOf(names);
  }

  /// The Frobenius norm of each step's term of a matrix's gradient,
  /// `dW = Σ_t Σ_b δ_tb ⊗ a_tb`, over the `steps` steps of the last pass. For a matrix in
  /// several products, a step's term is the sum of theirs.
  public double[] contributions(String matrix, int steps, int batch) {
    if (!matrices().contains(matrix)) {
      throw unknown("matrix", matrix, matrices());
    }
    var parameter = plan.parameters().stream().filter(p -> p.name().equals(matrix)).findFirst();
    var norms = new double[steps];
    // Blocks of columns that multiply different vectors are adjacent in the gradient.
    for (var block : parameter.orElseThrow().blocks()) {
      var its = blockContributions(block, parameter.orElseThrow().heads(), steps, batch);
      Arrays.setAll(norms, t -> Math.hypot(norms[t], its[t]));
    }
    return norms;
  }

  private double[] blockContributions(String block, int heads, int steps, int batch) {
    var terms = new ArrayList<StepTerms.Factors>();
    for (var m : gradient().matrices()) {
      int i = m.stack().matrices().indexOf(block);
      if (i >= 0) {
        var first = m.adjoint();
        var adjoint = new Place(first.buffer(), first.column() + i, first.shift());
        terms.add(new StepTerms.Factors(memory.locate(adjoint), memory.sizes().of(adjoint.size()),
            memory.locate(m.operand()), memory.sizes().of(m.operand().size())));
      }
    }
    var norms = new double[steps];
    for (int head = 0; head < heads; head++) {
      int k = head;
      var its = terms.stream().map(term -> term.head(k, heads)).toList();
      var more = new StepTerms(its, batch).norms(steps);
      Arrays.setAll(norms, t -> heads == 1 ? more[t] : Math.hypot(norms[t], more[t]));
    }
    return norms;
  }

  private Plan.Gradient gradient() {
    return Objects.requireNonNull(plan.gradient(), "a plan that only infers has no gradients");
  }

  private Rows rows(Place place) {
    var location = memory.locate(place);
    return new Rows(location.array(), location.at(0, 0), location.stride());
  }

  private static <V> V find(Map<String, V> all, String name, String what) {
    var found = all.get(name);
    if (found == null) {
      throw unknown(what, name, List.copyOf(all.keySet()));
    }
    return found;
  }

  private static IllegalArgumentException unknown(String what, String name, List<String> known) {
    return new IllegalArgumentException(
        "the cell has no %s %s; it has %s".formatted(what, name, String.join(", ", known)));
  }
}
