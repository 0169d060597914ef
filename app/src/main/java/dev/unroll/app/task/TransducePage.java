package dev.unroll.app.task;

import dev.unroll.Engine;
import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.inspect.Microscope;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.TransducerReport;
import dev.unroll.task.transduce.TransducerReport.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// The page of a transducer: its figures beside those that need no learning, where it looks while
/// it writes some texts, and its most confident mistakes.
public final class TransducePage {
  /// So many texts are shown with their attention.
  private static final int SAMPLES = 3;

  private TransducePage() {}

  /// The page.
  ///
  /// @param name of the run
  /// @param report whose figures and mistakes are shown
  /// @param texts of the training, to show the attention of besides the most confident mistakes
  /// @param understood what was said before the training
  public static Page of(String name, Transducer transducer, TransducerReport report,
      List<String> texts, List<String> understood, Engine engine) {
    var mistakes = report.mistakes().stream().map(TransducerReport.Mistake::source);
    var samples = Stream.concat(mistakes.limit(SAMPLES - 1), texts.stream().limit(SAMPLES))
        .distinct() // a source may have several targets
        .filter(text -> !transducer.transduce(text).text().isEmpty()).limit(SAMPLES)
        .map(text -> attention(transducer, text, texts.contains(text), engine)).toList();
    var page = Page.of(name, transducer.toString()).figures(figures(report))
        .with(new Section("Where it looks", false, samples))
        .with(Section.of("", table(report)));
    var text = Text.of(Caption.of("What was understood", ""), String.join("\n", understood));
    return page.with(report.mistakes().isEmpty() ? Section.of("", text)
        : Section.of("", mistakes(report), text));
  }

  private static List<Figure> figures(TransducerReport report) {
    var model = report.model();
    return report.kind().language()
        ? List.of(new Figure("BLEU", number(model.bleu())),
            new Figure("chrF2", number(model.chrF())),
            new Figure(report.kind().symbolErrorRate(), Percent.of(model.symbolErrorRate(), 2)))
        : List.of(new Figure(report.kind().errorRate(), Percent.of(model.errorRate(), 2)),
            new Figure(report.kind().symbolErrorRate(), Percent.of(model.symbolErrorRate(), 2)));
  }

  private static Panel attention(Transducer transducer, String text, boolean trained,
      Engine engine) {
    var answer = transducer.transduce(text);
    var sources = transducer.source().split(text);
    var targets = transducer.target().split(answer.text());
    var parts = transducer.model().architecture();
    var example = new Example(
        new Symbols(Objects.requireNonNull(parts.inputs().tokens()).encode(sources)),
        new Symbols(Objects.requireNonNull(parts.outputs().labels()).encode(targets)));
    var microscope = Microscope.of(transducer.model(), engine);
    var look = microscope.look(List.of(example), List.of(microscope.quantities().getFirst()));
    var attended = look.attentions().getFirst();
    var written = new ArrayList<>(targets);
    if (!answer.cut()) {
      written.add("end");
    }
    return new InfluenceMap(
        Caption.of("\"%s\" → \"%s\"%s".formatted(text, answer.text(),
            trained ? ", a source of the training" : ""),
            "Point at an output: colors show how much of each input went into the vector that was "
                + "looked up for it; the shares add up to 1."),
        sources, written, Heat.of(written.size(), sources.size(), Range.UNIT,
            (t, s) -> attended.weights().array()[attended.weights().offset()
                + t * attended.memorySteps() + s]));
  }

  private static TableElement table(TransducerReport report) {
    var rows = List.of(row("this model", report.model()), row("the source as it is", report.copy()),
        row("always \"%s\"".formatted(report.frequentTarget()), report.frequent()));
    return new TableElement(Caption.of("Figures", report.data()),
        List.of("", "exact match", report.kind().symbolErrorRate(), "BLEU", "chrF2"), rows, 0);
  }

  private static List<String> row(String name, Figures figures) {
    return List.of(name, Percent.of(figures.exactMatch(), 2),
        Percent.of(figures.symbolErrorRate(), 2),
        number(figures.bleu()), number(figures.chrF()));
  }

  private static TableElement mistakes(TransducerReport report) {
    var rows = report.mistakes().stream().map(mistake -> List.of(mistake.source(), mistake.said(),
        mistake.target(), Percent.of(mistake.probability(), 2))).toList();
    return TableElement.of(Caption.of("Most confident mistakes", ""),
        List.of("source", "became", "expected", "probability"), rows);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
