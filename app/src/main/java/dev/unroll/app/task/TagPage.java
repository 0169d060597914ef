package dev.unroll.app.task;

import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import dev.unroll.table.Sentences;
import dev.unroll.task.tag.TagReport;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The page of a tagger: its figures beside those of the most frequent tag of each word, the
/// figures of each type, what is confused, and mistakes in their sentences.
public final class TagPage {
  /// The number of sentences with mistakes that are shown, and of those that are searched.
  private static final int MISTAKES = 50;

  private static final int SEARCHED = 2000;

  private TagPage() {}

  /// The page.
  ///
  /// @param name of the run
  /// @param report on the sentences, or on those of the training if there are none
  /// @param sentences in which mistakes are shown; null for none
  public static Page of(String name, Tagger tagger, TagReport report,
      @Nullable Sentences sentences) {
    var figures = new ArrayList<Figure>();
    if (report.spans()) {
      figures.add(new Figure("F1 of spans", Percent.of(report.f1(), 2)));
      figures.add(new Figure("F1 of the most frequent tags",
          Percent.of(report.baseline().all().f1(), 2)));
    }
    figures.add(new Figure("accuracy", Percent.of(report.accuracy(), 2)));
    figures.add(new Figure("accuracy of the most frequent tags",
        Percent.of(report.baseline().accuracy(), 2)));
    if (report.unknown() > 0) {
      figures.add(new Figure("accuracy of unknown words", Percent.of(report.unknownAccuracy(), 2)));
    }
    var panels = new ArrayList<Panel>();
    panels.add(types(report));
    panels.add(TableElement.of(Caption.of("Confusions", "The most frequent ones."),
        List.of("tag", "tagged as", "n"), report.confusions().stream()
            .map(c -> List.of(c.tag(), c.said(), Long.toString(c.count()))).toList()));
    if (sentences != null) {
      panels.add(Text.of(Caption.of("Mistakes in their sentences",
          "A token with a wrong tag has in brackets the right tag, and what it was tagged as."),
          mistakes(tagger, sentences)));
    }
    panels.add(Text.of(Caption.of("What was understood", ""), String.join("\n", tagger.notes())));
    return Page.of(name, report.data()).figures(figures).with(new Section("", false, panels));
  }

  private static TableElement types(TagReport report) {
    var rows = report.counts().types().entrySet().stream()
        .sorted(Comparator.comparingLong(e -> -e.getValue().expected()))
        .map(e -> List.of(e.getKey(), Percent.of(e.getValue().precision(), 2),
            Percent.of(e.getValue().recall(), 2), Percent.of(e.getValue().f1(), 2),
            Long.toString(e.getValue().expected())))
        .toList();
    return TableElement.of(
        Caption.of(report.spans() ? "Types of spans" : "Tags",
            report.spans() ? "Counted as conlleval does: a span is right if both ends and its type"
                + " are." : ""),
        List.of("", "precision", "recall", "F1", "n"), rows);
  }

  private static String mistakes(Tagger tagger, Sentences sentences) {
    var tokens = new ArrayList<List<String>>();
    for (int i = 0; i < Math.min(SEARCHED, sentences.size()); i++) {
      tokens.add(sentences.tokens(i));
    }
    var text = new StringBuilder();
    int shown = 0;
    var all = tagger.tagAll(tokens);
    for (int i = 0; i < all.size() && shown < MISTAKES; i++) {
      var line = line(all.get(i), tagger.normalized(sentences.tags(i)));
      if (!line.isEmpty()) {
        text.append(sentences.where(i)).append("\n  ").append(line).append('\n');
        shown++;
      }
    }
    return text.isEmpty() ? "None." : text.toString();
  }

  /// The sentence with its mistakes; empty if it has none.
  private static String line(Tags said, List<String> wanted) {
    var line = new StringBuilder();
    boolean wrong = false;
    for (int t = 0; t < wanted.size(); t++) {
      var tag = said.tags().get(t);
      line.append(t == 0 ? "" : " ").append(tag.token());
      if (!tag.tag().equals(wanted.get(t))) {
        line.append(" [").append(wanted.get(t)).append(" → ").append(tag.tag()).append(']');
        wrong = true;
      }
    }
    return wrong ? line.toString() : "";
  }
}
