package dev.unroll.kernel.plan;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Buffer.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets values of every step reuse the memory of others that are no longer read: a gate that of its
/// product, the gradient of the product that of the gate. That saves memory, and time: the memory
/// that is written was just read, and is in the cache.
///
/// A value may overwrite another of the same row if all that reads the other comes before it, or is
/// the very instruction that computes it. Only values of elementwise stages are moved, and only
/// within the pass's own memory: no states, inputs or outputs. Operands of products are needed
/// until the end, for the gradient of the matrix, so no thread overwrites what another one still
/// multiplies.
final class InPlace {
  private final Plan plan;
  private final Plan.Gradient gradient;
  private final Uses uses;
  private final Set<Buffer> fixed = new LinkedHashSet<>();

  /// For each column that has memory of its own, the last use of all values there.
  private final Map<Place, Integer> busy = new LinkedHashMap<>();
  private final Map<Buffer, Place> overlays = new LinkedHashMap<>();

  private InPlace(Plan plan, Plan.Gradient gradient) {
    this.plan = plan;
    this.gradient = gradient;
    uses = new Uses(plan, gradient);
    fixed.addAll(List.of(plan.input(), plan.output().buffer(), gradient.arriving(),
        gradient.input().buffer()));
    fixed.addAll(plan.given().values());
    plan.buffers().stream().filter(b -> b.span() != Span.STEPS).forEach(fixed::add);
    plan.buffers().stream().filter(b -> !fixed.contains(b)).flatMap(b -> columns(b).stream())
        .forEach(c -> busy.put(c, uses.last(c)));
  }

  /// The plan with its overlays.
  static Plan of(Plan plan) {
    return new InPlace(plan, requireNonNull(plan.gradient())).plan();
  }

  private Plan plan() {
    var movable = plan.buffers().stream().filter(b -> !fixed.contains(b))
        .filter(b -> columns(b).stream().allMatch(uses::isElementwise))
        .filter(b -> !b.columns().contains(Size.ONE))
        .sorted(Comparator.comparingInt(b -> uses.first(new Place(b, 0, 0)))).toList();
    movable.forEach(this::move);
    return new Plan(plan.cell(), plan.parameters(), plan.buffers(), overlays, plan.input(),
        plan.output(), plan.states(), plan.masks(), plan.given(), noted(plan.forward()),
        new Plan.Gradient(gradient.arriving(), gradient.input(), gradient.states(),
            noted(gradient.backward()), gradient.matrices(), gradient.vectors()),
        plan.trace());
  }

  private void move(Buffer buffer) {
    var columns = columns(buffer);
    if (columns.size() == 1) {
      var under = free(columns.getFirst(), List.of());
      if (under != null) {
        lay(buffer, under);
      }
      return;
    }
    for (var other : plan.buffers()) {
      var under = columns(other);
      if (!other.equals(buffer) && other.columns().equals(buffer.columns())
          && under.stream().allMatch(u -> isFree(u, columns.get(u.column())))) {
        lay(buffer, under.getFirst());
        return;
      }
    }
    gather(columns);
  }

  /// Moves buffers with one value each to the places of adjacent values.
  private void gather(List<Place> columns) {
    var taken = new ArrayList<Place>();
    for (var column : columns) {
      var under = free(column, taken);
      if (under == null) {
        return;
      }
      taken.add(under);
    }
    for (var column : columns) {
      lay(taken.get(column.column()).buffer(), column);
    }
  }

  /// The most recently used of the places that are free when a value is computed.
  private @Nullable Place free(Place value, Collection<Place> taken) {
    return busy.keySet().stream()
        .filter(under -> !taken.contains(under) && isFree(under, value))
        .filter(under -> under.buffer().columns().size() == 1
            || value.buffer().columns().size() == 1)
        .max(Comparator.comparingInt(p -> requireNonNull(busy.get(p)))).orElse(null);
  }

  private boolean isFree(Place under, Place value) {
    var last = busy.get(under);
    return last != null && last <= uses.first(value) && !under.buffer().equals(value.buffer())
        && under.size().equals(value.size());
  }

  /// Overlays the buffer on the place of another one.
  private void lay(Buffer buffer, Place under) {
    for (var column : columns(buffer)) {
      var below = new Place(under.buffer(), under.column() + column.column(), 0);
      int last = requireNonNull(busy.remove(column));
      busy.merge(below, last, Math::max);
    }
    overlays.put(buffer, under);
  }

  private Pass noted(Pass pass) {
    return new Pass(pass.once(), noted(pass.before()), noted(pass.loop()), noted(pass.after()));
  }

  /// The stages, with a note of what they overwrite.
  private List<Stage> noted(List<Stage> stages) {
    return stages.stream().map(stage -> stage instanceof Stage.Rows rows ? noted(rows) : stage)
        .toList();
  }

  private Stage noted(Stage.Rows rows) {
    var read = new LinkedHashMap<Place, Place>();
    var overwritten = new LinkedHashMap<Place, Place>();
    for (var instruction : rows.instructions()) {
      for (var operand : instruction.operands()) {
        if (operand instanceof Slot.InBuffer(var place)) {
          read.put(bottom(place), place);
        }
      }
      if (instruction.result() instanceof Slot.InBuffer(var place)) {
        var before = read.get(bottom(place));
        if (before != null) {
          overwritten.put(place, before);
        }
      }
    }
    return new Stage.Rows(rows.instructions(), rows.equations(), overwritten);
  }

  private Place bottom(Place place) {
    var under = overlays.get(place.buffer());
    return under == null ? place
        : bottom(new Place(under.buffer(), under.column() + place.column(), place.shift()));
  }

  private static List<Place> columns(Buffer buffer) {
    var columns = new ArrayList<Place>();
    for (int c = 0; c < buffer.columns().size(); c++) {
      columns.add(new Place(buffer, c, 0));
    }
    return columns;
  }
}
