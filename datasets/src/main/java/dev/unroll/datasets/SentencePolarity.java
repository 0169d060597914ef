package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.format.SourceBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipInputStream;

/// Sentence polarity 1.0: 5,331 positive and 5,331 negative sentences from film reviews, in lower
/// case and tokenized (Pang and Lee, "Seeing stars", ACL 2005). Sequence → vector with 2
/// classes: 0 negative, 1 positive. There is no official split; the usual one is cross-validation
/// in 10 folds.
///
/// @param sentences the words of each; the negative ones first
/// @param labels the class of each
public record SentencePolarity(List<List<String>> sentences, List<Integer> labels) {
  /// The usual number of folds.
  public static final int FOLDS = 10;

  /// The largest number of bytes of one file; each has about 620 KB.
  private static final int MOST_BYTES = 1 << 26;

  /// A split and its vocabulary.
  ///
  /// @param words those that occur in the training part, and `Tokens.UNKNOWN`
  /// @param split the training, validation and test parts
  public record Fold(Tokens words, Split split) {}

  /// The sentences, which ship with the program.
  public static SentencePolarity load() {
    return of(SourceBytes.shipped("sentence-polarity/sentence_polarity.zip"));
  }

  /// The zip file with `rt-polarity.neg` and `rt-polarity.pos`.
  ///
  /// @throws DataException one sentence, if it is missing, damaged or lacks one of the two
  public static SentencePolarity read(Path zip) {
    return of(SourceBytes.of(zip));
  }

  private static SentencePolarity of(SourceBytes zip) {
    var sentences = new ArrayList<List<String>>();
    var labels = new ArrayList<Integer>();
    for (int label = 0; label < 2; label++) {
      for (String line : entry(zip, label == 0 ? "rt-polarity.neg" : "rt-polarity.pos").lines()) {
        if (!line.isBlank()) {
          sentences.add(List.of(line.strip().split("\\s+")));
          labels.add(label);
        }
      }
    }
    return new SentencePolarity(sentences, labels);
  }

  private static SourceBytes entry(SourceBytes zip, String name) {
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip.bytes()))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().equals(name) || entry.getName().endsWith("/" + name)) {
          byte[] bytes = in.readNBytes(MOST_BYTES + 1);
          if (bytes.length > MOST_BYTES) {
            throw new DataException(
                String.format(Locale.ROOT,
                    "%s: %s has more than %,d bytes, expected less than a million; fetch it again.",
                    zip.name(), name, MOST_BYTES));
          }
          return new SourceBytes(zip.name() + ", " + name, bytes);
        }
      }
    } catch (IOException e) {
      throw new DataException(
          "%s is a damaged zip file: %s; fetch it again.".formatted(zip.name(), e.getMessage()), e);
    }
    throw new DataException(
        "%s has no %s; give the zip file of sentence polarity 1.0.".formatted(zip.name(), name));
  }

  /// Fold k of 10 for test, the next for validation, the rest for training, in an order that
  /// depends on the seed alone.
  ///
  /// @param k `0 … 9`
  /// @param least words that occur less often in the training part are unknown
  public Fold fold(int k, long seed, int least) {
    // Sentences as their numbers, until the vocabulary is determined.
    var numbered = new ArrayList<Example>(sentences.size());
    for (int i = 0; i < sentences.size(); i++) {
      numbered.add(new Example(Symbols.of(i), Symbols.of(labels.get(i))));
    }
    var split = Split.fold(numbered, k, FOLDS, seed);
    var words = Tokens.frequent(split.train().stream().map(this::sentence).toList(), least);
    return new Fold(
        words,
        new Split(
            encoded(split.train(), words),
            encoded(split.validation(), words),
            encoded(split.test(), words)));
  }

  private List<Example> encoded(List<Example> numbered, Tokens words) {
    return numbered.stream()
        .map(example -> new Example(
            new Symbols(words.encode(sentence(example))), example.target()))
        .toList();
  }

  private List<String> sentence(Example numbered) {
    return sentences.get(((Symbols) numbered.input()).symbols()[0]);
  }
}
