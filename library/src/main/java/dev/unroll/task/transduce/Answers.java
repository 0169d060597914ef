package dev.unroll.task.transduce;

import dev.unroll.task.transduce.TransducerReport.Figures;
import dev.unroll.task.transduce.TransducerReport.Mistake;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What a transducer made of questions, from which a report is made.
record Answers(Questions questions, List<Transduction> answers) {
  private static final int MISTAKES = 10;

  TransducerReport report(String data, Transducer.Setting setting) {
    var references = questions.references();
    var kind = setting.kind();
    var target = setting.target();
    return new TransducerReport(data, questions.size(), kind,
        Figures.of(answers.stream().map(Transduction::text).toList(), references, kind, target),
        Figures.of(questions.sources(), references, kind, target),
        Figures.of(Collections.nCopies(questions.size(), setting.frequentTarget()), references,
            kind,
            target),
        setting.frequentTarget(), (int) answers.stream().filter(Transduction::cut).count(),
        mistakes());
  }

  private boolean right(int i) {
    return questions.references().get(i).contains(answers.get(i).text());
  }

  private List<Mistake> mistakes() {
    return IntStream.range(0, answers.size()).filter(i -> !right(i)).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -answers.get(i).probability()))
        .limit(MISTAKES)
        .map(i -> new Mistake(questions.where().get(i), questions.sources().get(i),
            questions.references().get(i).getFirst(), answers.get(i).text(),
            answers.get(i).probability()))
        .toList();
  }
}
