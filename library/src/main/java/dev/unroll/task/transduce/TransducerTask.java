package dev.unroll.task.transduce;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.task.TaskFile;
import dev.unroll.task.transduce.Segmentation.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// What the file of a transducer has besides its model.
final class TransducerTask {
  static final String NAME = "transduce";

  private TransducerTask() {}

  static SequencedMap<String, Object> fields(Transducer.Setting setting, TransducerReport report) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("source", setting.source().fields());
    fields.put("target", setting.target().fields());
    fields.put("longest", setting.longest());
    fields.put("language", setting.kind().language());
    fields.put("words", setting.kind().words());
    fields.put("frequentTarget", setting.frequentTarget());
    fields.put("columns", setting.columns());
    fields.put("data", setting.notes());
    fields.put("report", report.fields());
    return fields;
  }

  static Unit unit(String word) {
    return Unit.valueOf(word.toUpperCase(Locale.ROOT));
  }

  static Transducer read(TaskFile file) throws FormatException {
    var fields = file.fields();
    if (!Transducer.is(file) || !(file.file().model() instanceof EncoderDecoder model)
        || model.architecture().inputs().tokens() == null
        || model.architecture().outputs().labels() == null) {
      throw new FormatException("%s holds no transducer".formatted(file.file().source()));
    }
    try {
      var target = Segmentation.of(fields.object("target"));
      var setting = new Transducer.Setting(Segmentation.of(fields.object("source")), target,
          fields.integer("longest"), new TransducerReport.Kind(target.unit(),
              fields.bool("language"), fields.bool("words")),
          fields.string("frequentTarget"), columns(fields), given(fields.object("data")));
      return new Transducer(model, setting, TransducerReport.of(fields.object("report")));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s: %s; the file is damaged".formatted(file.file().source(), e.getMessage()), e);
    }
  }

  private static List<String> columns(JsonFields fields) throws FormatException {
    var columns = fields.strings("columns");
    if (columns.size() != 2) {
      throw new FormatException("a transducer has the columns %s, expected two".formatted(columns));
    }
    return columns;
  }

  private static SequencedMap<String, Object> given(JsonFields fields) {
    var given = new LinkedHashMap<String, Object>();
    fields.values().forEach((key, value) -> {
      if (value != null) {
        given.put(key, value);
      }
    });
    return given;
  }
}
