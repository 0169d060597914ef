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
import dev.unroll.data.text.Excerpt;
import dev.unroll.datasets.As;
import dev.unroll.datasets.ExampleFile;
import dev.unroll.datasets.Looks;
import dev.unroll.datasets.SideNames;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import dev.unroll.train.Monitor;
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
  /// @param names of the columns or fields
  /// @param least how often a symbol of the inputs must occur to be known; 0: all of the file are
  /// @param rule how a share is chosen
  public record Given(String source, String sha256, As input, As target, Scales.Rule scale,
      Scales.Rule targetScale, String validation, String validationSha256, int batch, long seed,
      SideNames names, int least, Parts.Rule rule) {

    public static Given of(JsonFields data) throws FormatException {
      try {
        return new Given(data.string("source"), data.string("sha256"),
            As.valueOf(data.string("input").toUpperCase(Locale.ROOT)),
            As.valueOf(data.string("target").toUpperCase(Locale.ROOT)),
            rule(data, "scale"), rule(data, "targetScale"),
            data.string("heldOut"), data.string("heldOutSha256"), data.integer("batch"),
            data.longInteger("seed"),
            new SideNames(column(data, "inputColumn"), column(data, "targetColumn"),
                column(data, "group")),
            data.has("least") ? data.integer("least") : 0,
            data.has("rule") ? Parts.Rule.valueOf(data.string("rule").toUpperCase(Locale.ROOT))
                : Parts.Rule.RANDOM);
      } catch (IllegalArgumentException e) {
        throw new FormatException("the data are read in a way that is not known: " + e.getMessage(),
            e);
      }
    }

    private static @Nullable String column(JsonFields data, String key) throws FormatException {
      return data.has(key) ? data.string(key) : null;
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
      put(fields, "inputColumn", names.input());
      put(fields, "targetColumn", names.target());
      put(fields, "group", names.group());
      fields.put("least", least);
      fields.put("rule", rule.name().toLowerCase(Locale.ROOT));
      return fields;
    }

    private static void put(SequencedMap<String, Object> fields, String key,
        @Nullable String value) {
      if (value != null) {
        fields.put(key, value);
      }
    }
  }

  /// The field of the data in a file that has the name of the monitor.
  public static final String MONITOR = "monitor";

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
    var names = new SideNames(options.inputColumn, options.targetColumn, options.group);
    var looks = Looks.of(file, names);
    var kind = options.structure;
    boolean isLabel = kind == StructureKind.VECTOR_TO_SEQUENCE
        && (looks.input() == As.CHARACTERS || looks.inputReason().startsWith("texts"));
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
    var reading = new Reading(
        options.input != null ? "as --input says"
            : isLabel ? "as --structure says" : looks.inputReason(),
        options.target != null ? "as --target says"
            : isText ? "as --structure says" : looks.targetReason());
    var read = ExampleFile.read(file, new ExampleFile.Format(names, input, null, target, null));
    boolean isBits = options.loss == null ? areBits(read.examples())
        : Loss.parse(options.loss).equals(Loss.binaryCrossEntropy());
    var given = new Given(source, sha256(file), input, target, options.scale,
        isBits ? Scales.Rule.NONE : options.scale, options.validation, validationSha256, batch,
        seed, names, options.minCount != null ? options.minCount
            : KnownInputs.least(read.examples().size()),
        rule(options, read));
    return of(folder, given, read, kind, isBits, reading);
  }

  /// Whether all targets are numbers, 0 or 1, and there are both.
  private static boolean areBits(List<Example> examples) {
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

  private static Parts.Rule rule(StructureOptions options, ExampleFile file) {
    if (options.group != null) {
      return Parts.Rule.GROUPS;
    }
    if (options.inOrder) {
      return Parts.Rule.ORDER;
    }
    return Parts.shift(file.examples()) > 0 ? Parts.Rule.ORDER : Parts.Rule.RANDOM;
  }

  /// The reasons for how the two sides are read.
  ///
  /// @param rare the number of symbols that are read as `<unk>`
  /// @param symbols of all that are in the file
  /// @param omitted the number of examples that are in neither part
  public record Reading(String input, String target, int rare, int symbols, int omitted) {
    private static final Reading AGAIN = new Reading("as before", "as before");

    Reading(String input, String target) {
      this(input, target, 0, 0, 0);
    }

    Reading also(int rare, int symbols, int omitted) {
      return new Reading(input, target, rare, symbols, omitted);
    }
  }

  /// Reads the examples of a run that is resumed or complete.
  ///
  /// @throws DataException if they are not those that it was started with
  public static ExampleData again(Path folder, Given given, StructureKind kind) throws IOException {
    requireSame(folder, given.source(), given.sha256());
    if (!isShare(given.validation())) {
      requireSame(folder, given.validation(), given.validationSha256());
    }
    var file = ExampleFile.read(folder.resolve(given.source()),
        new ExampleFile.Format(given.names(), given.input(), null, given.target(), null));
    return of(folder, given, file, kind, false, Reading.AGAIN); // checked when the run was new
  }

  private static void requireSame(Path folder, String source, String sha256) throws IOException {
    if (!sha256(folder.resolve(source)).equals(sha256)) {
      throw new DataException(
          "%s is not what the run was started with (SHA-256 %s…); give it back its content"
              .formatted(source, sha256.substring(0, Math.min(12, sha256.length()))));
    }
  }

  /// @param isBits whether targets are checked to be probabilities
  private static ExampleData of(Path folder, Given given, ExampleFile read,
      @Nullable StructureKind wanted, boolean isBits, Reading reading) {
    var file = flat(read, wanted);
    var kind = wanted != null ? wanted : StructureKind.of(file.examples());
    file.check(Form.like(file.examples(), kind.pairing()));
    if (isBits) {
      checkBits(file);
    }
    boolean isShare = isShare(given.validation());
    double share = isShare ? Double.parseDouble(given.validation()) : 0;
    if (isShare) {
      requireShare(given, share, file.examples().size());
    }
    var parts = share == 0 ? new Parts(file.examples(), List.of(), 0)
        : Parts.of(file, given.rule(), share, given.seed());
    var tokens = file.inputTokens();
    var known = given.least() > 0 && tokens != null
        && KnownInputs.canBeUnknown(given.input(), kind)
            ? KnownInputs.of(tokens, parts.train(), given.least())
            : null;
    var inputTokens = known == null ? tokens : known.tokens();
    var train = known == null ? parts.train() : parts.train().stream().map(known::of).toList();
    var validation =
        known == null ? parts.validation() : parts.validation().stream().map(known::of).toList();
    var form = Form.like(known == null ? file.examples()
        : file.examples().stream().map(known::of).toList(), kind.pairing());
    var heldOut = file;
    if (!isShare) {
      heldOut = flat(ExampleFile.read(folder.resolve(given.validation()),
          new ExampleFile.Format(given.names(), given.input(), inputTokens, given.target(),
              file.targetTokens())),
          kind);
      requireSeen(heldOut);
      heldOut.check(form);
      if (isBits) {
        checkBits(heldOut);
      }
      validation = heldOut.examples();
    }
    var scales = Scales.of(given, train);
    return new ExampleData(given,
        reading.also(known == null ? 0 : known.rare(), tokens == null ? 0 : tokens.size(),
            parts.omitted()),
        kind, form, inputTokens, file.targetTokens(), scales,
        scaled(scales, train, parts.train(), file), scaled(scales, validation,
            isShare ? parts.validation() : heldOut.examples(), heldOut));
  }

  /// A label to validate on that does not occur in training is told with its line.
  private static void requireSeen(ExampleFile file) {
    if (!file.unseen().isEmpty()) {
      throw new DataException(
          "%s: the label \"%s\" does not occur in the training data; correct it, or leave the"
              .formatted(file.name(), Excerpt.of(file.unseen().getFirst()))
              + " example out");
    }
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

  /// The examples in the form of a structure; `null` if it is not determined yet.
  public static ExampleFile flat(ExampleFile file, @Nullable StructureKind kind) {
    return kind != StructureKind.VECTOR_TO_SEQUENCE ? file
        : file.with(file.examples().stream().map(example -> FlatInput.of(kind, example)).toList());
  }

  /// @param given the same examples as the file has them
  private static List<Example> scaled(Scales scales, List<Example> examples, List<Example> given,
      ExampleFile file) {
    return scales.apply(examples, i -> file.where(file.examples().indexOf(given.get(i))));
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
