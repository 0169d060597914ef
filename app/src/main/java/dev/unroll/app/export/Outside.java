package dev.unroll.app.export;

import dev.unroll.format.FormatException;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.TaskFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the command line does before and behind a network, in sentences: another program that runs
/// the network has to do it itself.
final class Outside {
  private Outside() {}

  static List<String> of(ModelFile file, @Nullable TaskFile task) throws FormatException {
    var sentences = new ArrayList<String>();
    var model = file.model();
    var inputs = model.architecture().inputs();
    if (task != null) {
      sentences.addAll(of(task));
    } else if (inputs.tokens() != null) {
      sentences.add("symbols are places in the vocabulary, which is in the metadata");
    }
    if (inputs.letters() != null) {
      sentences.add("the letters of a word, composed (NFC) and not in lower case, are places in the"
          + " letters in the metadata; of more than %d letters the middle is left out"
              .formatted(inputs.letters().longest()));
    }
    sentences.addAll(behind(model));
    return List.copyOf(sentences);
  }

  private static List<String> of(TaskFile task) throws FormatException {
    var fields = task.fields();
    return switch (task.task()) {
      case "classify" -> {
        var input = fields.string("input");
        yield List.of(input.equals("numbers")
            ? "rows are given one after another in the units of the data, which the graph scales"
            : ("texts are cut into %s, numbered by the vocabulary: composed (NFC)%s, at most %d of "
                + "them, unknown ones as <unk>").formatted(
                    input.equals("words") ? "words" : "characters",
                    fields.bool("lowerCase") ? ", in lower case" : "", fields.integer("longest")),
            "probabilities are calibrated by softmax(logits / T) with the temperature T = %s"
                .formatted(fields.number("temperature")));
      }
      case "tag" -> List.of(
          "words, composed (NFC) and in lower case, are numbered by the vocabulary, unknown ones as"
              + " <unk>");
      case "forecast", "detect" -> List.of(
          "windows of values are scaled, seen from their anchor and cut into segments, and answers"
              + " put back into the units of the data, by the settings under task in the metadata");
      case "transduce" -> List.of(
          "texts are cut into symbols by the settings under task in the metadata, and numbered by"
              + " the vocabulary");
      default -> List.of("the settings of the task %s are in the metadata".formatted(task.task()));
    };
  }

  private static List<String> behind(Structure model) {
    var outputs = model.architecture().outputs();
    var sentences = new ArrayList<String>();
    boolean writes = model instanceof EncoderDecoder || model instanceof VectorToSequence;
    if (writes && outputs.loss().isOfClasses()) {
      sentences.add("a symbol is chosen after each step and given to the next one as previous%s"
          .formatted(outputs.ends() ? ", until it is the end, %d".formatted(outputs.targets())
              : ""));
    }
    return sentences;
  }
}
