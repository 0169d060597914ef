package dev.unroll.train.text;

import dev.unroll.data.Batches;
import dev.unroll.data.Tokens;
import dev.unroll.data.text.TextSplit;
import dev.unroll.format.FormatException;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.text.TextCoding.Unit;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A text to train on: its first part for training, the rest for validation.
///
/// @param source where the text comes from: the name of a set or a path
/// @param sha256 of the text in UTF-8
/// @param coding the symbols
/// @param train the symbols to train on
/// @param validation the symbols to validate on
/// @param size of the validation text
public record TextTask(
    String source, String sha256, TextCoding coding, int[] train, int[] validation, Size size) {

  /// The size of a text, by which losses of different symbols can be compared.
  ///
  /// ```
  /// bits per character = loss · symbols / characters / ln 2       the loss is the mean over symbols
  /// bits per byte      = loss · symbols / bytes / ln 2
  /// ```
  ///
  /// @param symbols their number
  /// @param characters code points
  /// @param bytes in UTF-8
  public record Size(int symbols, int characters, int bytes) {
    /// The size of a text with so many symbols.
    public static Size of(String text, int symbols) {
      return new Size(symbols, text.codePointCount(0, text.length()),
          text.getBytes(StandardCharsets.UTF_8).length);
    }

    /// Bits per character.
    ///
    /// @param loss the mean over the symbols, in nats
    public double bitsPerCharacter(double loss) {
      return loss / Math.log(2) * ((double) symbols / characters);
    }

    /// Bits per byte of UTF-8.
    ///
    /// @param loss the mean over the symbols, in nats
    public double bitsPerByte(double loss) {
      return loss / Math.log(2) * ((double) symbols / bytes);
    }
  }

  /// The streams that are read side by side in evaluation.
  public static final int STREAMS = 16;

  private static final int TIME = 128;

  /// Splits a text: nine tenths for training, the last tenth for validation; by characters.
  ///
  /// @throws dev.unroll.data.DataException if the text is too short to be split
  public static TextTask of(String source, String text) {
    return of(source, text, Unit.CHARACTER, 0);
  }

  /// The same by other symbols; subwords are learned from the part to train on.
  ///
  /// @param merges of subwords; 0 for as many as suit the text
  public static TextTask of(String source, String text, Unit unit, int merges) {
    return of(source, text, switch (unit) {
      case CHARACTER -> TextCoding.characters(text);
      case BYTE -> TextCoding.bytes();
      case SUBWORD -> TextCoding.subwords(TextSplit.of(text).train(), merges);
    });
  }

  /// The same by the symbols of a model.
  public static TextTask of(String source, String text, TextCoding coding) {
    var split = TextSplit.of(text);
    int[] validation = coding.encode(split.validation());
    return new TextTask(source, sha256(text), coding, coding.encode(split.train()), validation,
        Size.of(split.validation(), validation.length));
  }

  /// The training part, as B streams that are read T symbols at a time.
  ///
  /// @throws dev.unroll.data.DataException if it is too short
  public Batches batches(int batch, int time) {
    return Batches.text(train, batch, time);
  }

  /// The validation part, as [#evaluation].
  public Batches validationBatches() {
    return evaluation(validation);
  }

  /// Batches to evaluate a model on a text: up to 16 streams side by side; few, as each starts
  /// without context.
  ///
  /// @throws dev.unroll.data.DataException if it has fewer than two symbols
  public static Batches evaluation(int[] symbols) {
    return evaluation(symbols, STREAMS);
  }

  /// The same with up to so many streams; one is the text from its beginning to its end.
  ///
  /// @throws dev.unroll.data.DataException if it has fewer than two symbols
  public static Batches evaluation(int[] symbols, int streams) {
    return Batches.streamsUpTo(Batches.next(symbols), streams, TIME);
  }

  /// The properties of a text that the files of a run record.
  ///
  /// @param sha256 of the text in UTF-8
  /// @param batch B
  /// @param time T
  public record Given(String sha256, int batch, int time) {
    /// Reads them from a file.
    ///
    /// @throws FormatException if it is not that of a run on a text
    public static Given of(ModelFile file) throws FormatException {
      var data = file.provenance().object("data");
      // Files of earlier versions have them among the settings.
      var sizes = data.has("batch") ? data : file.provenance().object("settings");
      return new Given(data.string("sha256"), sizes.integer("batch"), sizes.integer("time"));
    }

    /// Refuses a different text.
    ///
    /// @param path of the file, for the message
    /// @throws FormatException if the text is different
    public void requireSame(TextTask task, String path) throws FormatException {
      if (!task.sha256().equals(sha256)) {
        throw new FormatException(
            ("%s was trained on another text than %s: SHA-256 %s, expected %s; give the text it "
                + "was started with").formatted(path, task.source(), task.sha256(), sha256));
      }
    }
  }

  /// Gives symbols that do not occur in the training part a small probability to begin with, of
  /// about one in its n symbols, of which m are different: the bias of the output
  /// `c = −log(n / m)`.
  ///
  /// Otherwise the first steps, which make up for their share of the probability, push the states
  /// to where they say "none of those", and the model is worse to the end: a text by bytes, of
  /// which 65 of 256 occur, had a loss 0.1 nats higher than by characters.
  ///
  /// @param model with initial values
  public void silenceAbsent(SequenceToSequence model) {
    var bias = model.parameters().byName().get("output.c");
    var occurs = new BitSet();
    Arrays.stream(train).forEach(occurs::set);
    int different = occurs.cardinality();
    for (int symbol = 0; bias != null && symbol < bias.length(); symbol++) {
      if (!occurs.get(symbol)) {
        model.parameters().values()[bias.offset() + symbol] =
            (float) -StrictMath.log((double) train.length / different);
      }
    }
  }

  /// The tokens of a model of this text.
  public Tokens tokens() {
    return coding.tokens();
  }

  /// The properties of the text for the files of a run.
  ///
  /// @param batch B of the [#batches]
  /// @param time T of the [#batches]
  public SequencedMap<String, Object> data(int batch, int time) {
    var data = new LinkedHashMap<String, Object>();
    data.put("source", source);
    data.put("sha256", sha256);
    boolean characters = coding.unit() == Unit.CHARACTER;
    data.put(characters ? "trainCharacters" : "trainSymbols", train.length);
    data.put(characters ? "validationCharacters" : "validationSymbols", validation.length);
    data.putAll(coding.fields());
    data.put("batch", batch);
    data.put("time", time);
    return data;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
          .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
