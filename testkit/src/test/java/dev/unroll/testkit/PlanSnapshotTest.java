package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.kernel.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The plans of some cells as text: a refactoring leaves them unchanged, and a change of planning
/// shows what it does.
///
/// After a change that is meant, write the files anew and read the difference:
///
/// ```
/// mvn test -pl testkit -am -Dtest=PlanSnapshotTest -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dunroll.snapshots=write
/// git diff testkit/src/test/resources
/// ```
class PlanSnapshotTest {
  private static final String PROPERTY = "unroll.snapshots";

  @ParameterizedTest
  @ValueSource(strings = {"rnn", "lstm", "lstm-peephole", "gru", "gru-reset-before", "indrnn",
    "lstm-layernorm"})
  void thePlanIsAsBefore(String name) throws IOException {
    var plan = Plan.training(Cells.find(name)).toString();
    var file = "plans/" + name + ".txt";
    if (System.getProperty(PROPERTY, "").equals("write")) {
      Files.writeString(
          Path.of("src/test/resources/dev/unroll/testkit").resolve(file), plan);
    }
    assertThat(plan)
        .as("the plan of %s; if the change is meant, run this test with -D%s=write", name, PROPERTY)
        .isEqualTo(before(file));
  }

  private static String before(String file) throws IOException {
    try (var in = requireNonNull(PlanSnapshotTest.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
