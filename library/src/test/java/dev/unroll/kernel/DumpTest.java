package dev.unroll.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Dump.What;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpTest {
  @Test
  void wordsSayWhatIsShown() {
    assertThat(Dump.of("", null).what()).isEmpty();
    assertThat(Dump.of("plan", null).what()).containsExactly(What.PLAN);
    assertThat(Dump.of("bytecode, plan", null).what())
        .containsExactlyInAnyOrder(What.PLAN, What.BYTECODE);
  }

  @Test
  void anUnknownWordIsRefused() {
    assertThatThrownBy(() -> Dump.of("plan,assembly", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"assembly\" cannot be dumped; write plan, bytecode or plan,bytecode");
    assertThatThrownBy(() -> Dump.of("plan,", null))
        .hasMessage("Nothing cannot be dumped; write plan, bytecode or plan,bytecode");
  }

  @Test
  void plansAndClassesAreWrittenToTheFolder(@TempDir Path folder)
      throws IOException, InterruptedException {
    OtherJvm.run(Bound.class, OtherJvm.MODULE, "-Dunroll.warmup=off",
        "-Dunroll.dump=plan,bytecode", "-Dunroll.dump.to=" + folder);
    assertThat(folder.resolve("rnn-plan.txt")).content()
        .startsWith("plan of rnn\n").contains("state.h' = ");
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .anyMatch(f -> f.matches("rnn-forward-[0-9a-f]+\\.txt"))
          .anyMatch(f -> f.matches("rnn-backward-[0-9a-f]+\\.class"));
    }
  }

  @Test
  void withoutAFolderAllIsPrinted() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Bound.class, OtherJvm.MODULE, "-Dunroll.warmup=off",
        "-Dunroll.dump=bytecode"))
        .contains("class dev.unroll.emitted.rnn", "    // h' = ").doesNotContain("plan of rnn");
  }

  /// Binds a plan in the other JVM.
  static final class Bound {
    private Bound() {}

    public static void main(String[] args) {
      var plan = Plan.training(Cells.find("rnn"));
      var sizes = Dimensions.of(2, 3);
      var arena = new Parameters();
      plan.parameters()
          .forEach(p -> arena.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
      arena.freeze();
      try (var threads = Threads.of(1)) {
        System.out.println(new Unrolled(plan, sizes, 2, 2, arena.byName(), arena.values(),
            new Processors(Providers.best(), threads, null)).bytes());
      }
    }
  }
}
