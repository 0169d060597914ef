package dev.unroll.app.data;

import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Kind;
import dev.unroll.data.Split;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Values.Words;
import dev.unroll.datasets.As;
import dev.unroll.datasets.ExampleFile;
import dev.unroll.datasets.Looks;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.loss.Loss;
import dev.unroll.train.TrainingSession.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The examples of a run: read, checked and split.
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
public record ExampleData(Given given, Reading reading, StructureKind kind, Form form,
    @Nullable Tokens inputTokens,
    @Nullable Tokens targetTokens, Scales scales, List<Example> train, List<Example> validation) {

  /// How examples are read, which the files of a run record.
  ///
  /// @param source the file as it was given
  /// @param sha256 of its bytes
  /// @param input the kind of inputs
  /// @param target the kind of targets
  /// @param scale the scaling of the numbers of inputs
  /// @param targetScale the scaling of the numbers of targets
  /// @param validation a share, or a file
  /// @param validationSha256 of that file, empty for a share
  /// @param batch B
  /// @param seed of the split and the order
  public record Given(String source, String sha256, As input, As target, Scales.Rule scale,
      Scales.Rule targetScale, String validation, String validationSha256, int batch, long seed) {

    public static Given of(JsonFields data) throws FormatException {
      try {
        return new Given(data.string("source"), data.string("sha256"),
            As.valueOf(data.string("input").toUpperCase(Locale.ROOT)),
            As.valueOf(data.string("target").toUpperCase(Locale.ROOT)),
            rule(data, "scale"), rule(data, "targetScale"),
            data.string("heldOut"), data.string("heldOutSha256"), data.integer("batch"),
            data.longInteger("seed"));
      } catch (IllegalArgumentException e) {
        throw new FormatException("the data are read in a way that is not known: " + e.getMessage(),
            e);
      }
    }

    /// Models that were trained before there were scales have none.
    private static Scales.Rule rule(JsonFields data, String key) throws FormatException {
      return data.has(key) ? Scales.Rule.valueOf(data.string(key).toUpperCase(Locale.ROOT))
          : Scales.Rule.NONE;
    }

    public SequencedMap<String, Object> fields() {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("source", source);
      fields.put("sha256", sha256);
      fields.put("input", name(input));
      fields.put("target", name(target));
      fields.put("scale", scale.name().toLowerCase(Locale.ROOT));
      fields.put("targetScale", targetScale.name().toLowerCase(Locale.ROOT));
      fields.put("heldOut", validation);
      fields.put("heldOutSha256", validationSha256);
      fields.put("batch", batch);
      fields.put("seed", seed);
      return fields;
    }
  }

  /// The names of the vocabularies in a file.
  public static final String INPUT = "input";

  public static final String OUTPUT = "output";

  public static String name(As as) {
    return as.name().toLowerCase(Locale.ROOT);
  }

  /// Reads the examples of a new run.
  ///
  /// @throws DataException one sentence, with the number of the line if there is one
  public static ExampleData of(Path folder, String source, StructureOptions options, int batch,
      long seed)
      throws IOException {
    var file = folder.resolve(source);
    var looks = Looks.of(file);
    var kind = options.structure;
    boolean isLabel = kind == StructureKind.VECTOR_TO_SEQUENCE && looks.input() == As.CHARACTERS;
    boolean isText =
        kind != null && kind != StructureKind.SEQUENCE_TO_VECTOR && looks.target() == As.LABEL;
    if (kind == StructureKind.SEQUENCE_TO_VECTOR && options.target == null
        && looks.target() == As.CHARACTERS) {
      throw new DataException(
          ("%s: the targets are no labels to learn for --structure %s: %s; leave --structure out, "
              + "or give --target label")
              .formatted(source, kind, looks.targetReason()));
    }
    var input = options.input != null ? options.input : isLabel ? As.LABEL : looks.input();
    var target = options.target != null ? options.target : isText ? As.CHARACTERS : looks.target();
    var validationSha256 =
        isShare(options.validation) ? "" : sha256(folder.resolve(options.validation));
    boolean isBits =
        options.loss != null && Loss.parse(options.loss).equals(Loss.binaryCrossEntropy());
    return read(folder, new Given(source, sha256(file), input, target, options.scale,
        isBits ? Scales.Rule.NONE : options.scale, options.validation, validationSha256, batch,
        seed), kind, isBits,
        new Reading(
            options.input != null ? "as --input says"
                : isLabel ? "as --structure says" : looks.inputReason(),
            options.target != null ? "as --target says"
                : isText ? "as --structure says" : looks.targetReason()));
  }

  /// The reasons for how the two sides are read.
  public record Reading(String input, String target) {
    private static final Reading AGAIN = new Reading("as before", "as before");
  }

  /// Reads the examples of a run that is resumed or complete.
  ///
  /// @throws DataException if they are not those that it was started with
  public static ExampleData again(Path folder, Given given, StructureKind kind) throws IOException {
    requireSame(folder, given.source(), given.sha256());
    if (!isShare(given.validation())) {
      requireSame(folder, given.validation(), given.validationSha256());
    }
    return read(folder, given, kind, false, Reading.AGAIN); // checked when the run was new
  }

  private static void requireSame(Path folder, String source, String sha256) throws IOException {
    if (!sha256(folder.resolve(source)).equals(sha256)) {
      throw new DataException(
          "%s is not what the run was started with (SHA-256 %s…); give it back its content"
              .formatted(source, sha256.substring(0, Math.min(12, sha256.length()))));
    }
  }

  /// @param isBits whether targets are checked to be probabilities
  private static ExampleData read(Path folder, Given given, @Nullable StructureKind wanted,
      boolean isBits, Reading reading) {
    var file = read(folder.resolve(given.source()), given.input(), null, given.target(), null,
        wanted);
    var kind = wanted != null ? wanted : StructureKind.of(file.examples());
    var form = Form.like(file.examples(), kind.pairing());
    file.check(form);
    if (isBits) {
      checkBits(file);
    }
    var train = file.examples();
    List<Example> validation;
    var heldOut = file;
    if (isShare(given.validation())) {
      double share = Double.parseDouble(given.validation());
      requireShare(given, share, train.size());
      if (share == 0) {
        validation = List.of();
      } else {
        var split = Split.random(train, share, 0, given.seed());
        train = split.train();
        validation = split.validation();
      }
    } else {
      heldOut = read(folder.resolve(given.validation()), given.input(),
          file.inputTokens(), given.target(), file.targetTokens(), kind);
      heldOut.check(form);
      if (isBits) {
        checkBits(heldOut);
      }
      validation = heldOut.examples();
    }
    var scales = Scales.of(given, train);
    return new ExampleData(given, reading, kind, form, file.inputTokens(), file.targetTokens(),
        scales,
        scaled(scales, train, file), scaled(scales, validation, heldOut));
  }

  private static void requireShare(Given given, double share, int examples) {
    if (!(share >= 0 && share < 1)) {
      throw new DataException(
          "--validation is %s, expected a share from 0 up to but not 1, or a file".formatted(
              given.validation()));
    }
    if (share == 0 || (int) (examples * share) >= 1) {
      return;
    }
    throw new DataException(examples < 2
        ? ("%s has one example, so that none is left to validate; give more, or --validation 0 to "
            + "do without")
            .formatted(given.source())
        : ("--validation %s of %,d examples leaves none to validate; give a larger share below 1, "
            + "a file, or 0 to do without")
            .formatted(given.validation(), examples));
  }

  /// Reads a file for a structure; `null` if it is not determined yet.
  public static ExampleFile read(Path file, As input, @Nullable Tokens inputTokens, As target,
      @Nullable Tokens targetTokens, @Nullable StructureKind kind) {
    var read = ExampleFile.read(file, input, inputTokens, target, targetTokens);
    return kind != StructureKind.VECTOR_TO_SEQUENCE ? read
        : read.with(read.examples().stream().map(example -> FlatInput.of(kind, example)).toList());
  }

  private static List<Example> scaled(Scales scales, List<Example> examples, ExampleFile file) {
    return scales.apply(examples, i -> file.where(file.examples().indexOf(examples.get(i))));
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

  private static boolean isShare(String validation) {
    return validation.matches("[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)");
  }

  private static String sha256(Path file) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  public Batches trainBatches() {
    return Batches.of(train, given.batch(), given.seed());
  }

  /// The validation batches; null if there are none.
  public @Nullable Batches validationBatches() {
    return validation.isEmpty() ? null : Batches.byLength(validation, given.batch());
  }

  /// The origin of the data for the files of the run.
  public Origin origin() {
    var fields = given.fields();
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
