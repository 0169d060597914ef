package dev.unroll.app.data;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.text.Excerpt;
import dev.unroll.datasets.example.As;
import dev.unroll.datasets.example.ExampleFile;
import dev.unroll.datasets.example.Looks;
import dev.unroll.datasets.example.SideNames;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the examples of a run from its file: the format of each side is found or given, symbols
/// are numbered, and the validation part is divided off.
public final class ExampleReader {
  private ExampleReader() {}

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
    var reading = new ExampleData.Reading(
        options.input != null ? "as --input says"
            : isLabel ? "as --structure says" : looks.inputReason(),
        options.target != null ? "as --target says"
            : isText ? "as --structure says" : looks.targetReason());
    var read = ExampleFile.read(file, new ExampleFile.Format(names, input, null, target, null));
    boolean isBits = options.loss == null ? ExampleData.areBits(read.examples())
        : Loss.parse(options.loss).equals(Loss.binaryCrossEntropy());
    var given = new ExampleSource(source, sha256(file), input, target, options.scale,
        isBits ? Scales.Rule.NONE : options.scale, options.validation, validationSha256, batch,
        seed, names, options.minCount != null ? options.minCount
            : KnownInputs.least(read.examples().size()),
        rule(options, read), null);
    return of(folder, given, read, kind, isBits, reading);
  }

  private static Parts.Rule rule(StructureOptions options, ExampleFile file) {
    if (options.group != null) {
      return Parts.Rule.GROUPS;
    }
    if (options.inOrder) {
      return Parts.Rule.ORDER;
    }
    if (Parts.shift(file.examples()) > 0) {
      return Parts.Rule.ORDER;
    }
    return isShare(options.validation)
        && Parts.hasCopies(file.examples(), Double.parseDouble(options.validation))
            ? Parts.Rule.DISTINCT
            : Parts.Rule.RANDOM;
  }

  /// Reads the examples of a new run that begins with a trained model, as that model reads them.
  ///
  /// @param from the model as it was given
  /// @throws DataException one sentence, with the number of the line if there is one: what does not
  ///     fit the model is refused with what it expects
  public static ExampleData further(Path folder, String source, StructureOptions options,
      int batch, long seed, ModelFile model, String from) throws IOException {
    var sides = Sides.of(model);
    var before = Sides.given(model);
    var names = before == null ? SideNames.DEFAULT : before.names();
    names = new SideNames(options.inputColumn != null ? options.inputColumn : names.input(),
        options.targetColumn != null ? options.targetColumn : names.target(), options.group);
    var input = options.input != null ? options.input : sides.input();
    var target = options.target != null ? options.target : sides.target();
    var file = FittingExamples.read(folder, model, names, input, target, source);
    var given = new ExampleSource(source, sha256(folder.resolve(source)), input, target,
        Scales.Rule.NONE, Scales.Rule.NONE, options.validation,
        isShare(options.validation) ? "" : sha256(folder.resolve(options.validation)), batch, seed,
        names, 0, rule(options, file), from);
    return fitting(folder, given, file, model, new ExampleData.Reading("as " + from + " says",
        "as " + from + " says"));
  }

  private static ExampleData fitting(Path folder, ExampleSource given, ExampleFile file,
      ModelFile model, ExampleData.Reading reading) throws FormatException {
    FittingExamples.requireKnown(file, model);
    boolean isShare = isShare(given.validation());
    double share = isShare ? Double.parseDouble(given.validation()) : 0;
    if (isShare) {
      requireShare(given, share, file.examples().size());
    }
    var parts = share == 0 ? new Parts(file.examples(), List.of(), 0)
        : Parts.of(file, given.rule(), share, given.seed());
    var heldOut = file;
    if (!isShare) {
      heldOut = FittingExamples.read(folder, model, given.names(), given.input(), given.target(),
          given.validation());
      FittingExamples.requireKnown(heldOut, model);
    }
    var scales = Scales.of(model.model());
    var validation = isShare ? parts.validation() : heldOut.examples();
    return new ExampleData(given, reading.also(0, 0, parts.omitted()),
        Anatomy.of(model.model().architecture()).kind(), FittingExamples.form(model),
        model.model().architecture().inputs().tokens(),
        model.model().architecture().outputs().labels(), scales,
        scaled(scales, parts.train(), parts.train(), file),
        scaled(scales, validation, validation, heldOut));
  }

  /// Reads the examples of a run that is resumed or complete.
  ///
  /// @param model of the run
  /// @throws DataException if they are not those that it was started with
  public static ExampleData again(Path folder, ExampleSource given, ModelFile model)
      throws IOException {
    var kind = Anatomy.of(model.model().architecture()).kind();
    requireSame(folder, given.source(), given.sha256());
    if (!isShare(given.validation())) {
      requireSame(folder, given.validation(), given.validationSha256());
    }
    if (given.from() != null) {
      return fitting(folder, given, FittingExamples.read(folder, model, given.names(),
          given.input(), given.target(), given.source()), model, ExampleData.Reading.AGAIN);
    }
    var file = ExampleFile.read(folder.resolve(given.source()),
        new ExampleFile.Format(given.names(), given.input(), null, given.target(), null));
    // Targets were checked when the run was new.
    return of(folder, given, file, kind, false, ExampleData.Reading.AGAIN);
  }

  private static void requireSame(Path folder, String source, String sha256) throws IOException {
    if (!sha256(folder.resolve(source)).equals(sha256)) {
      throw new DataException(
          "%s is not what the run was started with (SHA-256 %s…); give it back its content"
              .formatted(source, sha256.substring(0, Math.min(12, sha256.length()))));
    }
  }

  /// @param isBits whether targets are checked to be probabilities
  private static ExampleData of(Path folder, ExampleSource given, ExampleFile read,
      @Nullable StructureKind wanted, boolean isBits, ExampleData.Reading reading) {
    var file = flat(read, wanted);
    var kind = wanted != null ? wanted : StructureKind.of(file.examples());
    file.check(Form.like(file.examples(), kind.pairing()));
    if (isBits) {
      ExampleData.checkBits(file);
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
        ExampleData.checkBits(heldOut);
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

  private static void requireShare(ExampleSource given, double share, int examples) {
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
}
