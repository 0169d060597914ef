package dev.unroll.app.data;

import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Values.Words;
import dev.unroll.datasets.example.As;
import dev.unroll.datasets.example.ExampleFile;
import dev.unroll.model.Structure;
import dev.unroll.train.Monitor;
import dev.unroll.train.TrainingSession.Origin;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The examples of a run: read, checked and split by an [ExampleReader].
///
/// @param given how they are read
/// @param reading the reasons for this
/// @param kind the structure that they are for
/// @param form the form of every example
/// @param inputTokens the tokens of the inputs; `null` if they are numbers
/// @param targetTokens likewise
/// @param scales of the numbers, already applied
/// @param train the training examples
/// @param validation the validation examples; empty for `--validation 0`
public record ExampleData(ExampleSource given, Reading reading, StructureKind kind, Form form,
    @Nullable Tokens inputTokens,
    @Nullable Tokens targetTokens, Scales scales, List<Example> train, List<Example> validation) {

  /// The field of the data in a file that has the name of the monitor.
  public static final String MONITOR = "monitor";

  /// The names of the vocabularies in a file.
  public static final String INPUT = "input";

  public static final String OUTPUT = "output";

  public static String name(As as) {
    return as.name().toLowerCase(Locale.ROOT);
  }

  /// The reasons for how the two sides are read.
  ///
  /// @param rare the number of symbols that are read as `<unk>`
  /// @param symbols of all that are in the file
  /// @param omitted the number of examples that are in neither part
  public record Reading(String input, String target, int rare, int symbols, int omitted) {
    static final Reading AGAIN = new Reading("as before", "as before");

    Reading(String input, String target) {
      this(input, target, 0, 0, 0);
    }

    Reading also(int rare, int symbols, int omitted) {
      return new Reading(input, target, rare, symbols, omitted);
    }
  }

  /// Whether all targets are numbers, 0 or 1, and there are both.
  static boolean areBits(List<Example> examples) {
    boolean zero = false;
    boolean one = false;
    for (var example : examples) {
      if (!(example.target() instanceof Features(var values, _, _))) {
        return false;
      }
      for (float value : values) {
        zero |= value == 0;
        one |= value == 1;
        if (value != 0 && value != 1) {
          return false;
        }
      }
    }
    return zero && one;
  }

  /// The targets of binary cross-entropy must be probabilities.
  public static void checkBits(ExampleFile file) {
    file.checkTargets(0, 1,
        "for binary-cross-entropy; correct it, or take another loss, such as squared");
  }

  /// With one label the loss is zero whatever the model reads, and it would go unnoticed that it
  /// learned nothing.
  ///
  /// @throws DataException one sentence
  public void requireSeveralLabels() {
    if (kind.writes() || !(form.target() instanceof Kind.Symbols)) {
      return;
    }
    var labels = new TreeSet<Integer>();
    for (var example : train) {
      if (example.target() instanceof Symbols(var symbols)) {
        IntStream.of(symbols).filter(symbol -> symbol >= 0).forEach(labels::add);
      }
    }
    if (labels.size() < 2) {
      throw new DataException(
          ("%s: all examples to train on (%,d) have %s, so that there is nothing to tell apart; "
              + "give examples of at least two labels").formatted(given.source(), train.size(),
                  labels.isEmpty() ? "no label" : "the label " + label(labels.first())));
    }
  }

  private String label(int symbol) {
    return targetTokens == null ? Integer.toString(symbol)
        : "\"" + targetTokens.token(symbol) + "\"";
  }

  /// The number of validation examples whose input is in the training part as well.
  public long copiesAcross() {
    var known = train.stream().map(Parts::key).collect(Collectors.toSet());
    return validation.stream().map(Parts::key).filter(known::contains).count();
  }

  /// The share of the validation part, or of the training part without one, that has the most
  /// frequent label of the training part; NaN without labels.
  public double majority() {
    if (!hasLabels()) {
      return Double.NaN;
    }
    var counts = new HashMap<Integer, Long>();
    labels(train).boxed().forEach(label -> counts.merge(label, 1L, Long::sum));
    int most = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    int[] judged = labels(validation.isEmpty() ? train : validation).toArray();
    return (double) IntStream.of(judged).filter(label -> label == most).count() / judged.length;
  }

  private static IntStream labels(List<Example> examples) {
    return examples.stream().flatMapToInt(example -> example.target() instanceof Symbols(var all)
        ? IntStream.of(all).filter(label -> label >= 0)
        : IntStream.empty());
  }

  /// Whether targets are classes, one for each step that is predicted.
  public boolean hasLabels() {
    return !kind.writes() && form.target() instanceof Kind.Symbols;
  }

  /// Whether all numbers of the targets are 0 or 1, and not scaled.
  public boolean hasBits() {
    return scales.target() == null && areBits(train);
  }

  /// Gives the unknown symbol a vector of zeros, if it does not occur in training: a vector that
  /// was drawn would say something that nobody learned.
  public void silenceUnknown(Structure model) {
    var tokens = inputTokens;
    if (tokens == null || !tokens.hasUnknown() || given.least() == 0) {
      return;
    }
    int unknown = tokens.number(Tokens.UNKNOWN);
    for (var example : train) {
      if (example.input() instanceof Symbols(var symbols)
          && IntStream.of(symbols).anyMatch(symbol -> symbol == unknown)) {
        return;
      }
    }
    model.silenceUnknown();
  }

  /// Whether all training examples have the same target.
  public boolean hasOneTarget() {
    var first = train.getFirst().target();
    return train.stream().allMatch(example -> isSame(example.target(), first));
  }

  private static boolean isSame(Values one, Values other) {
    return switch (one) {
      case Symbols(var symbols) -> other instanceof Symbols(var others)
          && Arrays.equals(symbols, others);
      case Words(var symbols, _) -> other instanceof Words(var others, _)
          && Arrays.equals(symbols, others);
      case Features(var values, _, _) -> other instanceof Features(var others, _, _)
          && Arrays.equals(values, others);
    };
  }

  public Batches trainBatches() {
    return Batches.of(train, given.batch(), given.seed());
  }

  /// The validation batches; null if there are none.
  public @Nullable Batches validationBatches() {
    return validation.isEmpty() ? null : Batches.byLength(validation, given.batch());
  }

  /// The origin of the data for the files of the run.
  public Origin origin(Monitor monitor) {
    var fields = given.fields();
    fields.put(MONITOR, monitor.name());
    fields.put("longestTarget", longestTarget());
    return new Origin(fields);
  }

  private int longestTarget() {
    int longest = 1;
    for (var example : train) {
      longest = Math.max(longest, example.target().length());
    }
    return longest;
  }

  @Override
  public String toString() {
    return "%s: %,d examples to train, %,d to validate; %s (%s) to %s (%s)".formatted(
        given.source(), train.size(), validation.size(), name(given.input()), form.input(),
        name(given.target()), form.target());
  }
}
