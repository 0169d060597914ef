package dev.unroll.app.studio.play;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.app.xray.AttentionPanels;
import dev.unroll.app.xray.ReadingModel;
import dev.unroll.data.Example;
import dev.unroll.inspect.Influence;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Model;
import dev.unroll.table.Pairs;
import dev.unroll.table.Texts;
import dev.unroll.task.Classifier;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Segmentation;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The answers of models of tasks to a text, with a page that says what they rest on.
public final class Answering {
  private static final int MOST = 10;
  private static final int BEAM = 5;

  private Answering() {}

  /// The answer to a text.
  ///
  /// @throws IllegalArgumentException if the model is none for texts
  public static SequencedMap<String, Object> of(Playable model, String text) throws IOException {
    return switch (model.kind()) {
      case "classify" -> classified(Classifier.of(model.needTask()), text);
      case "transduce" -> transduced(Transducer.of(model.needTask()), text);
      case "tag" -> tagged(Tagger.of(model.needTask()), text);
      default -> throw new IllegalArgumentException("%s answers no texts"
          .formatted(model.file().source()));
    };
  }

  private static SequencedMap<String, Object> classified(Classifier classifier, String text) {
    if (!classifier.readsTexts()) {
      throw new IllegalArgumentException("this classifier reads numbers over time, which cannot be"
          + " typed; look inside it with the x-ray");
    }
    var found = classifier.classify(text);
    var choices = new ArrayList<Object>();
    found.all().forEach((label, p) -> {
      if (choices.size() < MOST) {
        choices.add(List.of(label, p));
      }
    });
    var tokens = requireNonNull(classifier.textForm()).split(text);
    var example =
        classifier.examples(Texts.of(List.of(text), List.of(found.label()))).getFirst();
    return answer(found.label(), choices,
        tokens.size() != example.input().length() ? List.of()
            : List.of(influence(classifier.model(), example, tokens, List.of(found.label()))));
  }

  private static Panel influence(Model model, Example example, List<String> tokens,
      List<String> targets) {
    Influence influence;
    try (var engine = Engine.of(1)) {
      influence = Microscope.of(model, engine).influence(example);
    }
    double most = 0;
    for (double norm : influence.norms()[0]) {
      most = Math.max(most, norm);
    }
    var range = new Range(0, most > 0 ? most : 1, false);
    return new InfluenceMap(Caption.of("What counted for the answer",
        "The stronger the color and the longer the bar, in proportion, the more a small change"
            + " there would change how sure the answer is.")
        .with("‖∂L/∂x_s‖"), tokens, targets,
        Heat.of(1, tokens.size(), range, (_, s) -> (float) influence.norms()[0][s]));
  }

  private static SequencedMap<String, Object> transduced(Transducer transducer, String text) {
    var found = transducer.transduce(List.of(text), BEAM).getFirst();
    var choices = found.hypotheses(BEAM).stream()
        .<Object>map(hypothesis -> List.of(hypothesis.text(), hypothesis.probability())).toList();
    var panels = new ArrayList<Panel>();
    if (!found.text().isEmpty()) {
      panels.addAll(attentions(transducer, text, found.text()));
    }
    return answer(found.text(), choices, panels);
  }

  private static List<Panel> attentions(Transducer transducer, String text, String answer) {
    var example = transducer.examples(Pairs.of(List.of(text), List.of(answer))).getFirst();
    var tokens = split(transducer.source(), text, example.input().length());
    var targets = split(transducer.target(), answer, example.target().length());
    if (tokens.isEmpty() || targets.isEmpty()) {
      return List.of();
    }
    try (var engine = Engine.of(1)) {
      var reading = new ReadingModel("", on -> Microscope.of(transducer.model(), on),
          List.of(example), example, tokens, targets, "");
      var look = reading.microscope().apply(engine).look(List.of(example), List.of());
      return AttentionPanels.of(look, reading);
    }
  }

  private static List<String> split(Segmentation how, String text, int length) {
    var symbols = how.split(text);
    return symbols.size() == length ? symbols : List.of();
  }

  private static SequencedMap<String, Object> tagged(Tagger tagger, String text) {
    var found = tagger.tag(text);
    var tags = found.tags().stream()
        .<Object>map(tag -> List.of(tag.token(), tag.tag(), tag.probability())).toList();
    var fields = answer("", List.of(), List.of());
    fields.put("tags", tags);
    return fields;
  }

  private static SequencedMap<String, Object> answer(String text, List<Object> choices,
      List<Panel> panels) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("answer", text);
    fields.put("choices", choices);
    fields.put("page", Page.of("", "").with(new Section("", false, panels)).fields());
    return fields;
  }
}
