package dev.unroll.app.data;

import dev.unroll.app.console.EnumWords;
import dev.unroll.app.console.OfTheModel;
import dev.unroll.datasets.example.As;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Feeding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of the architecture of a structure and of its data.
public final class StructureOptions {
  @OfTheModel
  @Option(
      names = "--structure",
      paramLabel = "NAME",
      completionCandidates = Structures.class,
      converter = Structures.class,
      description = "${COMPLETION-CANDIDATES}. Default: what the lengths of inputs and targets"
          + " suggest.")
  @Nullable
  StructureKind structure;

  @Option(
      names = "--input",
      paramLabel = "KIND",
      description = "What an input is: characters, words, label, symbols (numbers from 0) or "
          + "numbers. Default: what it looks like.")
  @Nullable
  As input;

  @Option(names = "--target", paramLabel = "KIND", description = "What a target is, likewise.")
  @Nullable
  As target;

  @Option(
      names = "--input-column",
      paramLabel = "NAME",
      description = "The column or field with the inputs. Default: input; of two columns the "
          + "first.")
  @Nullable
  String inputColumn;

  @Option(
      names = "--target-column",
      paramLabel = "NAME",
      description = "The column or field with the targets. Default: target; of two columns the"
          + " second.")
  @Nullable
  String targetColumn;

  @OfTheModel
  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "Characters or words of inputs that occur less often in the training part are"
          + " read as unknown, as new ones are later. Default: 2 from 1,000 examples on, else 1.")
  @Nullable
  Integer minCount;

  @OfTheModel
  @Option(
      names = "--scale",
      paramLabel = "RULE",
      converter = Rules.class,
      description = "What numbers are scaled to, by column: standard (mean 0, deviation 1), min-max"
          + " (0 to 1) or none. Columns of 0 and 1 stay as they are, and so do targets of"
          + " binary-cross-entropy. Answers are in the units of the data. Default: standard.")
  Scales.Rule scale = Scales.Rule.STANDARD;

  @Option(
      names = "--validation",
      paramLabel = "SHARE|FILE",
      description = "The share of the examples to validate, drawn by the seed, or a file with "
          + "others; 0 to train on all and keep the last epoch. Default: ${DEFAULT-VALUE}.")
  String validation = "0.1";

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "A column or field, such as a patient or writer, whose examples are never"
          + " divided between training and validation.")
  @Nullable
  String group;

  @Option(
      names = "--in-order",
      description = "Validate on the last examples, not on some drawn by the seed: for examples in"
          + " the order of time. Default for inputs that overlap, as windows of a series do.")
  boolean inOrder;

  @OfTheModel
  @Option(names = "--bidirectional", description = "Read in both directions of time.")
  public boolean bidirectional;

  @OfTheModel
  @Option(
      names = "--merge",
      paramLabel = "RULE",
      description = "How the two directions are merged: concatenate or sum. Default: concatenate.")
  @Nullable
  public Merge merge;

  @OfTheModel
  @Option(
      names = "--learned-start",
      description = "States begin with learned values instead of zero, in what reads; in"
          + " vector-to-sequence, which is then fed at every step, in what writes.")
  public boolean learnedStart;

  @OfTheModel
  @Option(
      names = "--pooling",
      paramLabel = "RULE",
      completionCandidates = Poolings.class,
      converter = Poolings.class,
      description = "How a sequence becomes one vector: ${COMPLETION-CANDIDATES}. Default: last.")
  @Nullable
  public Pooling pooling;

  @OfTheModel
  @Option(
      names = "--feeding",
      paramLabel = "RULE",
      converter = Feedings.class,
      description = "When a sequence that is written reads what it is written from: first-step or"
          + " every-step. Default: every-step.")
  @Nullable
  public Feeding feeding;

  @OfTheModel
  @Option(
      names = "--attention",
      paramLabel = "RULE",
      description = "Of a decoder: additive, dot or general. Default: none.")
  public @Nullable Attention attention;

  @OfTheModel
  @Option(
      names = "--input-feeding",
      description = "With --attention dot or general: a decoder also reads what attention made of "
          + "its step before.")
  public boolean inputFeeding;

  @OfTheModel
  @Option(
      names = "--input-dropout",
      paramLabel = "P",
      description = "Probability of dropout on what the first layer reads; of symbols that are "
          + "read, on whole symbols of a sequence.")
  public double inputDropout;

  @OfTheModel
  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description = "cross-entropy (with label smoothing: cross-entropy(0.1)), chain (a class "
          + "depends on the one before it), "
          + "binary-cross-entropy, squared, absolute, huber(1), quantile(0.1, 0.5, 0.9) or "
          + "gaussian. Default: cross-entropy for symbols, squared for numbers.")
  @Nullable
  public String loss;

  static final class Structures extends EnumWords<StructureKind> {
    Structures() {
      super(StructureKind.class);
    }
  }

  static final class Feedings extends EnumWords<Feeding> {
    Feedings() {
      super(Feeding.class);
    }
  }

  static final class Rules extends EnumWords<Scales.Rule> {
    Rules() {
      super(Scales.Rule.class);
    }
  }

  static final class Poolings extends EnumWords<Pooling> {
    Poolings() {
      super(Pooling.class);
    }
  }
}
