package dev.unroll.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `unroll`: the command line.
@Command(name = "unroll", mixinStandardHelpOptions = true, version = "unroll 0.1.0-SNAPSHOT",
    description = "Recurrent networks, written as their equations.")
public final class Main implements Runnable {

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  /// Runs a command; the exit code is 0, or 2 after one sentence that says what was wrong.
  public static void main(String[] arguments) {
    IncubatorNotice.erase();
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
