package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Vocabulary;
import dev.unroll.datasets.format.SourceBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// CMUdict, release 0.7b: how American English words are pronounced, letters → phones without
/// stress, with the split that the literature on grapheme-to-phoneme conversion uses (Yao and
/// Zweig, "Sequence-to-Sequence Neural Net Models for Grapheme-to-Phoneme Conversion", Interspeech
/// 2015).
///
/// A word may have several pronunciations. All of them are used in training; a test has each word
/// once, and the closest counts (`SequenceErrors`): the word error rate is the share of words
/// without a matching pronunciation, the phone error rate the edits to the closest over its phones.
///
/// @param letters of the words, and the apostrophe
/// @param phones of ARPAbet, 39
/// @param train all training words, including the validation words
/// @param validation words to choose settings by
/// @param test words to report results on, none of them in train
public record Cmudict(Vocabulary letters, Tokens phones, List<Word> train, List<Word> validation,
    List<Word> test) {

  /// A word and its pronunciations, at least one, in the order of the file and each once.
  public record Word(String spelling, List<List<String>> pronunciations) {}

  /// The split that ships with the program.
  public static Cmudict load() {
    return of(
        SourceBytes.shipped("cmudict/cmudict-0.7b.train.gz"),
        SourceBytes.shipped("cmudict/cmudict-0.7b.train-dev-1-21.gz"),
        SourceBytes.shipped("cmudict/cmudict-0.7b.test.gz"));
  }

  /// The files `cmudict-0.7b.train`, `cmudict-0.7b.train-dev-1-21` and `cmudict-0.7b.test`, plain
  /// or `.gz`, of a folder; lines are `WORD  PH PH PH`.
  ///
  /// @throws dev.unroll.data.DataException one sentence, if one is missing or a line is something
  ///     else
  public static Cmudict read(Path folder) {
    return of(
        SourceBytes.in(folder, "cmudict-0.7b.train"),
        SourceBytes.in(folder, "cmudict-0.7b.train-dev-1-21"),
        SourceBytes.in(folder, "cmudict-0.7b.test"));
  }

  private static Cmudict of(SourceBytes trainSource, SourceBytes validationSource,
      SourceBytes testSource) {
    var train = words(trainSource);
    var validation = words(validationSource);
    var test = words(testSource);
    var spellings = new StringBuilder();
    var pronunciations = new ArrayList<List<String>>();
    for (var part : List.of(train, validation, test)) {
      for (var word : part) {
        spellings.append(word.spelling());
        pronunciations.addAll(word.pronunciations());
      }
    }
    return new Cmudict(
        Vocabulary.of(spellings.toString()), Tokens.in(pronunciations), train, validation, test);
  }

  private static List<Word> words(SourceBytes source) {
    Map<String, Set<List<String>>> words = new LinkedHashMap<>();
    int number = 0;
    for (String line : source.lines()) {
      int gap = line.indexOf("  ");
      if (gap < 1 || gap + 2 >= line.length()) {
        throw source.wrongLine(number,
            "expected \"WORD  PH PH PH\" with two spaces behind the word");
      }
      words.computeIfAbsent(line.substring(0, gap), _ -> new LinkedHashSet<>())
          .add(List.of(line.substring(gap + 2).strip().split(" +")));
      number++;
    }
    return words.entrySet()
        .stream()
        .map(word -> new Word(word.getKey(), List.copyOf(word.getValue())))
        .toList();
  }

  /// The split to choose settings by: the validation words are removed from the training words,
  /// with all their pronunciations. Training has an example for each pronunciation; validation and
  /// test example i is word i of `validation` and `test` with its first pronunciation.
  public Split split() {
    var held = new HashSet<String>();
    validation.forEach(word -> held.add(word.spelling()));
    var rest = train.stream().filter(word -> !held.contains(word.spelling())).toList();
    return new Split(everyPronunciation(rest), words(validation), words(test));
  }

  /// The split to report results by: training on all words of the training part, without
  /// validation.
  public Split wholeSplit() {
    return new Split(everyPronunciation(train), List.of(), words(test));
  }

  private List<Example> everyPronunciation(List<Word> words) {
    var examples = new ArrayList<Example>();
    for (var word : words) {
      for (var pronunciation : word.pronunciations()) {
        examples.add(example(word, pronunciation));
      }
    }
    return examples;
  }

  private List<Example> words(List<Word> words) {
    return words.stream().map(word -> example(word, word.pronunciations().getFirst())).toList();
  }

  private Example example(Word word, List<String> pronunciation) {
    return new Example(
        new Symbols(letters.encode(word.spelling())), new Symbols(phones.encode(pronunciation)));
  }

  /// The pronunciations of a word as numbers of phones, for `SequenceErrors`.
  public List<int[]> references(Word word) {
    return word.pronunciations().stream().map(phones::encode).toList();
  }
}
