package dev.unroll.app.settings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of training on a text.
public final class TextOptions {
  @Option(
      names = "--time",
      paramLabel = "N",
      description = "T, characters through which gradients flow back.")
  @Nullable
  Integer time;

  @Option(
      names = "--recompute",
      paramLabel = "N",
      description = "For long --time: keep what is computed of N characters at a time only, and "
          + "compute the rest again in the backward pass: less memory, one more forward pass; "
          + "auto for the root of --time.")
  @Nullable
  public String recompute;

  @Option(
      names = "--tied",
      description = "The output layer takes the vectors of the symbols as its weights (Press and "
          + "Wolf 2017); they are then as long as the last layer: --embedding as --hidden.")
  boolean tied;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Characters of text to write after each epoch; 0 for none. Default: "
          + "${DEFAULT-VALUE}.")
  public int sample = 200;
}
