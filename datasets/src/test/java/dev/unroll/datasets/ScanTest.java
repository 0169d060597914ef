package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Symbols;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanTest {
  @TempDir
  Path folder;

  @Test
  void theSimpleSplitIsAll() {
    var scan = Scan.simple();
    // From the README.
    assertThat(scan.split()).hasToString("Split(16,728 to train, 0 to validate, 4,182 to test)");
    assertThat(scan.commands().size()).isEqualTo(13);
    assertThat(scan.actions().toList())
        .containsExactly("I_JUMP", "I_LOOK", "I_RUN", "I_TURN_LEFT", "I_TURN_RIGHT", "I_WALK");
    var second = scan.split().train().get(1);
    assertThat(scan.commands().decode(((Symbols) second.input()).symbols()))
        .containsExactly("run", "opposite", "left", "after", "walk", "right");
    assertThat(scan.actions().decode(((Symbols) second.target()).symbols()))
        .containsExactly("I_TURN_RIGHT", "I_WALK", "I_TURN_LEFT", "I_TURN_LEFT", "I_RUN");
  }

  @Test
  void anotherSplitIsReadFromAFolder() throws Exception {
    Files.writeString(folder.resolve("tasks_train_my.txt"), "IN: walk OUT: I_WALK\n");
    Files.writeString(folder.resolve("tasks_test_my.txt"), "IN: run twice OUT: I_RUN I_RUN\n");
    var scan = Scan.read(folder, "my");
    assertThat(scan.commands().toList()).containsExactly("run", "twice", "walk");
    assertThat(scan.split()).hasToString("Split(1 to train, 0 to validate, 1 to test)");
    var file = Files.writeString(
        folder.resolve("tasks_test_my.txt"), "IN: run OUT: I_RUN\nrun I_RUN\n");
    assertThatThrownBy(() -> Scan.read(folder, "my"))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ", line 2: expected \"IN: command OUT: actions\".");
  }
}
