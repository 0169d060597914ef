package dev.unroll.bench;

import picocli.CommandLine.Option;

/// The layer that builds are compared on, as the command line gives it.
final class BuildShape {
  @Option(names = "--cell", defaultValue = "lstm", paramLabel = "NAME|FILE",
      description = "a published cell or a cell file (${DEFAULT-VALUE})")
  private String cell;

  @Option(names = "--mode", defaultValue = "infer",
      description = "infer, train, or step: steps one by one (${DEFAULT-VALUE})")
  private String mode;

  @Option(names = "--batch", defaultValue = "32", paramLabel = "N",
      description = "sequences, or keys of a step (${DEFAULT-VALUE})")
  private int batch;

  @Option(names = "--time", defaultValue = "64", paramLabel = "N",
      description = "steps of a call (${DEFAULT-VALUE})")
  private int time;

  @Option(names = "--input", paramLabel = "N", description = "input features (as --hidden)")
  private int input;

  @Option(names = "--hidden", defaultValue = "256", paramLabel = "N",
      description = "hidden units (${DEFAULT-VALUE})")
  private int hidden;

  @Option(names = "--threads", defaultValue = "1", paramLabel = "N",
      description = "threads (${DEFAULT-VALUE})")
  private int threads;

  String cell() {
    return cell;
  }

  String mode() {
    return mode;
  }

  int batch() {
    return batch;
  }

  int time() {
    return time;
  }

  int input() {
    return input == 0 ? hidden : input;
  }

  int hidden() {
    return hidden;
  }

  int threads() {
    return threads;
  }

  @Override
  public String toString() {
    return "%s %s B%d T%d F%d H%d, threads %d".formatted(cell, mode, batch, time, input(), hidden,
        threads);
  }
}
