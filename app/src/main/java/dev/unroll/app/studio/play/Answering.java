package dev.unroll.app.studio.play;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.xray.AttentionPanels;
import dev.unroll.app.xray.ReadingModel;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.inspect.Influence;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Model;
import dev.unroll.table.Pairs;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Segmentation;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The answers of models to an input, with a page that says what they rest on.
public final class Answering {
  /// So many classes are listed.
  static final int MOST = 10;

  /// Steps of which it is measured what counted.
  private static final int COUNTED = 2_000;
  private static final int BEAM = 5;

  private Answering() {}

  /// The answer to a text, or to numbers as they are written.
  ///
  /// @throws IllegalArgumentException if the model answers no inputs, or not such
  public static SequencedMap<String, Object> of(Playable model, String text) throws IOException {
    return switch (model.kind()) {
      case "classify" -> classified(Classifier.of(model.needTask()), text);
      case "transduce" -> transduced(Transducer.of(model.needTask()), text);
      case "tag" -> tagged(Tagger.of(model.needTask()), text);
      case "numbers", "symbols" -> model.task() == null ? FitAnswering.of(model.file(), text)
          : ofNumbers(Classifier.of(model.needTask()), text);
      default -> throw new IllegalArgumentException("%s answers no inputs"
          .formatted(model.file().source()));
    };
  }

  /// Whether its inputs are like those of a file of examples.
  static boolean answersExamples(Playable model) throws IOException {
    return List.of("numbers", "symbols").contains(model.kind());
  }

  private static SequencedMap<String, Object> classified(Classifier classifier, String text) {
    var found = classifier.classify(text);
    var tokens = requireNonNull(classifier.textForm()).split(text);
    var example =
        classifier.examples(Texts.of(List.of(text), List.of(found.label()))).getFirst();
    return answer(found.label(), choices(found),
        tokens.size() != example.input().length() ? List.of()
            : List.of(InputPanels.counted(influence(classifier.model(), example), tokens,
                List.of(found.label()))));
  }

  private static List<Object> choices(Classification found) {
    var choices = new ArrayList<Object>();
    found.all().forEach((label, p) -> {
      if (choices.size() < MOST) {
        choices.add(List.of(label, p));
      }
    });
    return choices;
  }

  private static SequencedMap<String, Object> ofNumbers(Classifier classifier, String text) {
    int columns = classifier.model().architecture().inputs().size();
    var steps = Sequences.parse(NumberRows.json(text, columns), "the input");
    var found = classifier.classifySequences(List.of(steps)).getFirst();
    var panels = new ArrayList<Panel>();
    panels.add(InputPanels.of(steps));
    if (steps.length() > 1 && steps.length() <= COUNTED) {
      var one = Sequences.of(Collections.singletonList(rows(steps)), List.of(found.label()));
      panels.add(InputPanels.counted(
          influence(classifier.model(), classifier.examples(one).getFirst())));
    }
    return answer(found.label(), choices(found), panels);
  }

  private static float[][] rows(Features steps) {
    var rows = new float[steps.length()][];
    for (int t = 0; t < rows.length; t++) {
      rows[t] = Arrays.copyOfRange(steps.values(), t * steps.columns(),
          (t + 1) * steps.columns());
    }
    return rows;
  }

  private static Influence influence(Model model, Example example) {
    try (var engine = Engine.of(1)) {
      return Microscope.of(model, engine).influence(example);
    }
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

  static SequencedMap<String, Object> answer(String text, List<Object> choices,
      List<Panel> panels) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("answer", text);
    fields.put("choices", choices);
    fields.put("page", Page.of("", "").with(new Section("", false, panels)).fields());
    return fields;
  }
}
