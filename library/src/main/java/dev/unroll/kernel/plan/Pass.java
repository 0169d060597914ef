package dev.unroll.kernel.plan;

import java.util.List;
import java.util.stream.Stream;

/// One direction through a sequence.
///
/// @param once what is the same at all steps, for each sample
/// @param before for all steps at once, before the loop
/// @param loop for each step, in order of time in the forward pass, in reverse in the backward pass
/// @param after for all steps at once, after the loop
public record Pass(
    List<Stage> once, List<Stage> before, List<Stage> loop, List<Stage> after) {

  /// Copies its lists.
  public Pass {
    once = List.copyOf(once);
    before = List.copyOf(before);
    loop = List.copyOf(loop);
    after = List.copyOf(after);
  }

  /// All stages, in order.
  public List<Stage> stages() {
    return Stream.of(once, before, loop, after).flatMap(List::stream).toList();
  }

  @Override
  public String toString() {
    return section("once", once) + section("before the loop", before) + section("each step", loop)
        + section("after the loop", after);
  }

  private static String section(String title, List<Stage> stages) {
    if (stages.isEmpty()) {
      return "";
    }
    var text = new StringBuilder("  ").append(title).append('\n');
    for (var stage : stages) {
      text.append(stage instanceof Stage.Rows ? "    rows\n" : "    product\n");
      stage.toString().lines().forEach(line -> text.append("      ").append(line).append('\n'));
    }
    return text.toString();
  }
}
