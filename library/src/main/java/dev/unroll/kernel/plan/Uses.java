package dev.unroll.kernel.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The times at which each place of a plan is used, for one step: instructions and products are
/// numbered in the order in which they are run, the sums that give the gradients of the parameters
/// come last.
final class Uses {
  private final Map<Place, Integer> first = new HashMap<>();
  private final Map<Place, Integer> last = new HashMap<>();
  private final Map<Place, Integer> writes = new HashMap<>();
  private final Set<Place> multiplied = new HashSet<>();
  private int now;

  Uses(Plan plan, Plan.Gradient gradient) {
    add(plan.forward());
    add(gradient.backward());
    now++;
    for (var m : gradient.matrices()) {
      use(m.adjoint(), m.stack().matrices().size());
      use(m.operand(), 1);
    }
    gradient.vectors().forEach(v -> use(v.adjoint(), 1));
  }

  /// The first time, which is when the value is computed.
  int first(Place place) {
    return first.getOrDefault(place, Integer.MAX_VALUE);
  }

  /// The last time.
  int last(Place place) {
    return last.getOrDefault(place, -1);
  }

  /// Whether one instruction of an elementwise stage computes the value, before anything reads it.
  boolean isElementwise(Place place) {
    return writes.getOrDefault(place, 0) == 1 && !multiplied.contains(place);
  }

  private void add(Pass pass) {
    for (var stages : List.of(pass.once(), pass.before(), pass.loop(), pass.after())) {
      stages.forEach(this::add);
    }
  }

  private void add(Stage stage) {
    switch (stage) {
      case Stage.Multiply m -> {
        now++;
        int stacked = m.stack().matrices().size();
        use(m.operand(), m.transposed() ? stacked : 1);
        use(m.result(), m.transposed() ? 1 : stacked);
        for (int c = 0; c < (m.transposed() ? 1 : stacked); c++) {
          multiplied.add(column(m.result(), c));
        }
      }
      case Stage.Rows rows -> rows.instructions().forEach(this::add);
    }
  }

  private void add(Instruction instruction) {
    now++;
    for (var operand : instruction.operands()) {
      if (operand instanceof Slot.InBuffer(var place)) {
        use(place, 1);
      }
    }
    if (instruction.result() instanceof Slot.InBuffer(var place)) {
      use(place, 1);
      writes.merge(place, 1, Integer::sum);
    }
  }

  private void use(Place place, int columns) {
    for (int c = 0; c < columns; c++) {
      first.putIfAbsent(column(place, c), now);
      last.put(column(place, c), now);
    }
  }

  private static Place column(Place first, int c) {
    return new Place(first.buffer(), first.column() + c, first.shift());
  }
}
