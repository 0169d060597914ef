package dev.unroll.app.console;

import dev.unroll.kernel.Dump;
import picocli.CommandLine.Option;

/// `--dump`, the same in all commands that compute with a cell.
public final class DumpOption {
  @Option(
      names = "--dump",
      paramLabel = "WHAT",
      description = "Print to the error output how the cell is computed: its plan, the bytecode of "
          + "its stages, or plan,bytecode.")
  private String what = "";

  /// Enables the dump from now on.
  ///
  /// @throws IllegalArgumentException if there is no such dump
  public void apply() {
    if (!what.isEmpty()) {
      Dump.use(Dump.of(what, null));
    }
  }
}
