package dev.unroll.examples.quickstart;

import dev.unroll.table.Pairs;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.Transduction;
import java.io.IOException;
import java.nio.file.Path;

/// Texts for texts: learns how words are pronounced from a file of pairs.
final class PronounceWords {
  static Transduction train(Path tsv, Path file, String word) throws IOException {
    var transducer = Transducer.train(Pairs.tsv(tsv)); // nakamura<tab>N AA K AH M UH R AH
    IO.println(transducer.report()); // error rates, compared with copying the word
    transducer.save(file);
    var answer = Transducer.load(file).transduce(word);
    IO.println("%s: %s with a probability of %.2f, of %s".formatted(
        word, answer.text(), answer.probability(), answer.hypotheses(5)));
    return answer;
  }
}
