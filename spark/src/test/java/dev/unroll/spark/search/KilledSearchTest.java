package dev.unroll.spark.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.spark.DriverProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A search whose driver is killed by SIGKILL in the middle of a trial ends, started again, as one
/// that was left alone, and makes no trial twice.
@Tag("long")
class KilledSearchTest {
  @Test
  void aKilledSearchGoesOn(@TempDir Path folder) throws Exception {
    var expected = DriverProcess.run(SearchProgram.class, folder.resolve("alone").toString());
    var killed = folder.resolve("killed");
    var first = killed.resolve("trial-0/rung-0.txt");
    var process = DriverProcess.start(SearchProgram.class, killed.toString(), first.toString());
    while (!Files.exists(first)) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(100);
    }
    process.destroyForcibly().waitFor();
    assertThat(killed.resolve("trial-3/rung-0.txt")).doesNotExist();
    var made = Files.getLastModifiedTime(first);
    assertThat(DriverProcess.run(SearchProgram.class, killed.toString())).isEqualTo(expected);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(made);
  }
}
