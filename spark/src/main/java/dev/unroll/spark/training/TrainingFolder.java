package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The folder of a training, with a file of all that its result depends on: what lies in it is gone
/// on with by the same training only.
record TrainingFolder(HadoopFiles files) {
  /// A line for each setting.
  static final String SETTINGS = "training.txt";

  private static final String SEPARATOR = " = ";

  /// Hexadecimal digits of a SHA-256, which nobody wants to read.
  private static final String HASH = "[0-9a-f]{64}";

  /// Makes the folder one of a training.
  ///
  /// @param settings all that the result depends on, by name
  /// @throws DataException if it has another training, or a model of none
  void open(Map<String, String> settings) throws IOException {
    var file = files.resolve(SETTINGS);
    boolean model = files.resolve(TrainingSession.MODEL).exists();
    boolean checkpoint = files.resolve(TrainingSession.CHECKPOINT).exists();
    if (file.exists() && (model || checkpoint)) {
      var found = differences(parse(new String(file.read(), StandardCharsets.UTF_8)), settings);
      if (!found.isEmpty()) {
        throw new DataException(("the folder %s has another training, which differs in %s; give "
            + "this one another folder").formatted(files.path(), String.join(", ", found)));
      }
      return;
    }
    if (model && !checkpoint) {
      throw new DataException(("the folder %s has a %s without a checkpoint, which this training "
          + "would replace; give it another folder").formatted(files.path(),
              TrainingSession.MODEL));
    }
    var text = new StringBuilder();
    settings.forEach((name, value) -> text.append(name).append(SEPARATOR).append(value)
        .append('\n'));
    file.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> parse(String text) {
    var settings = new LinkedHashMap<String, String>();
    text.lines().forEach(line -> {
      int end = line.indexOf(SEPARATOR);
      if (end > 0) {
        settings.put(line.substring(0, end), line.substring(end + SEPARATOR.length()));
      }
    });
    return settings;
  }

  private static List<String> differences(Map<String, String> there, Map<String, String> here) {
    var names = new LinkedHashSet<>(here.keySet());
    names.addAll(there.keySet());
    var found = new ArrayList<String>();
    for (var name : names) {
      var old = Objects.toString(there.get(name), "none");
      var now = Objects.toString(here.get(name), "none");
      if (!old.equals(now)) {
        found.add(old.matches(HASH) || now.matches(HASH) ? "the " + name
            : "%s (%s there, %s here)".formatted(name, old, now));
      }
    }
    return found;
  }
}
