package dev.unroll.kernel.plan;

import java.util.List;

/// One direction through a sequence.
///
/// @param before for all steps at once, before the loop
/// @param loop for each step, in order of time in the forward pass, in reverse in the backward pass
/// @param after for all steps at once, after the loop
public record Pass(List<Stage> before, List<Stage> loop, List<Stage> after) {

  /// Copies its lists.
  public Pass {
    before = List.copyOf(before);
    loop = List.copyOf(loop);
    after = List.copyOf(after);
  }

  @Override
  public String toString() {
    return section("before the loop", before) + section("each step", loop)
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
