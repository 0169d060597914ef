package dev.unroll.app.settings;

import dev.unroll.app.console.OfTheModel;
import dev.unroll.train.text.TextCoding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of training on a text.
public final class TextOptions {
  @Option(
      names = "--time",
      paramLabel = "N",
      description = "T, symbols through which gradients flow back.")
  @Nullable
  Integer time;

  @OfTheModel
  @Option(
      names = "--tokens",
      paramLabel = "UNIT",
      description = "What is read and written at a step: character, byte (of UTF-8) or subword "
          + "(pieces of words, learned from the text; with as many steps as by characters). "
          + "Default: "
          + "${DEFAULT-VALUE}.")
  public TextCoding.Unit tokens = TextCoding.Unit.CHARACTER;

  @OfTheModel
  @Option(
      names = "--merges",
      paramLabel = "N",
      description = "Of subwords: how many pairs of neighbours become one symbol. Default: one for "
          + "1,000 characters, 200 to 8,000.")
  public int merges;

  @Option(
      names = "--recompute",
      paramLabel = "N",
      description = "For long --time: keep what is computed of N symbols at a time only, and "
          + "compute the rest again in the backward pass: less memory, one more forward pass; "
          + "auto for the root of --time.")
  @Nullable
  public String recompute;

  @OfTheModel
  @Option(
      names = "--tied",
      description = "The output layer takes the vectors of the symbols as its weights (Press and "
          + "Wolf 2017); they are then as long as the last layer: --embedding as --hidden.")
  boolean tied;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Symbols of text to write after each epoch; 0 for none. Default: "
          + "${DEFAULT-VALUE}.")
  public int sample = 200;
}
