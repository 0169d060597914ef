package dev.unroll.app.studio.runs;

import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.run.TaskRun;
import dev.unroll.app.run.live.LookLog;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A run of the folder, followed as it goes. Thread-safe.
public final class Run {
  private final String name;
  private final Path folder;
  private final LogFollower log;
  private int version;
  private @Nullable RunState last;
  private volatile @Nullable SequencedMap<String, Object> latest;

  /// @param name by which it is known
  Run(String name, Path folder) {
    this.name = name;
    this.folder = folder;
    log = new LogFollower(folder.resolve(RunFolder.LOG));
  }

  /// Whether a folder holds a run.
  static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(RunFolder.LOG)) || StoredCommand.isIn(folder)
        || Files.isRegularFile(folder.resolve(TrainingSession.MODEL));
  }

  /// Its name in the list.
  public String name() {
    return name;
  }

  /// Its folder.
  public Path folder() {
    return folder;
  }

  /// Whether a process trains it now.
  public synchronized boolean isRunning() throws IOException {
    return state() == RunState.RUNNING;
  }

  /// Whether it can go on.
  public synchronized boolean goesOn() throws IOException {
    return state() == RunState.INTERRUPTED && hasBegun();
  }

  /// Whether there is something to go on from: a task begins anew if there is not.
  private boolean hasBegun() {
    return StoredCommand.isIn(folder) || Files.exists(folder.resolve(TrainingSession.CHECKPOINT));
  }

  /// What there is to know about its state, a sentence; empty if the state says all.
  public synchronized String note() throws IOException {
    return note(state());
  }

  private String note(RunState state) throws IOException {
    return switch (state) {
      case BROKEN -> "%s; move %s away %s".formatted(log.damage(), RunFolder.LOG,
          hasBegun() ? "to go on without the curves so far" : "and train again");
      case INTERRUPTED -> hasBegun() ? "" : "there is no checkpoint yet: train again";
      case FAILED -> log.failure() == null ? "" : log.failure();
      default -> "";
    };
  }

  private RunState state() throws IOException {
    boolean more = log.follow();
    var now = stateNow();
    if (more || now != last) {
      version++;
    }
    last = now;
    return now;
  }

  private RunState stateNow() throws IOException {
    if (RunFolder.isTraining(folder)) {
      return RunState.RUNNING;
    }
    if (log.failure() != null) {
      return RunState.FAILED;
    }
    boolean isTask = StoredCommand.isIn(folder);
    if (isTask && !TaskRun.hasEnded(folder)) {
      return RunState.INTERRUPTED; // whose log may be empty still
    }
    if (!log.damage().isEmpty()) {
      return RunState.BROKEN;
    }
    boolean hasLog = Files.exists(folder.resolve(RunFolder.LOG)); // or it is a model alone
    return isTask || !hasLog || isDone() ? RunState.ENDED : RunState.INTERRUPTED;
  }

  /// Whether all epochs are in the log, or as many in a row that were not better as it waits for.
  private boolean isDone() {
    var epochs = log.epochs();
    if (number("epochs") == null) {
      return true;
    }
    int worse = 0;
    try {
      for (int i = epochs.size() - 1; i >= 0 && !epochs.get(i).bool("best"); i--) {
        worse++;
      }
    } catch (FormatException _) {
      return false;
    }
    var patience = number("patience");
    return epochs.size() >= total() || patience != null && worse >= patience;
  }

  private long total() {
    var epochs = number("epochs");
    return epochs == null ? 0 : epochs;
  }

  private @Nullable Long number(String setting) {
    return log.settings().get(setting) instanceof Number number ? Long.valueOf(number.longValue())
        : null;
  }

  /// What a row of the list shows.
  public synchronized SequencedMap<String, Object> summary() throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    var state = state();
    fields.put("name", name);
    fields.put("state", state.name().toLowerCase(Locale.ROOT));
    fields.put("task", task());
    fields.put("settings", log.settings());
    fields.put("step", log.steps());
    fields.put("epoch", log.epochs().size());
    fields.put("epochs", total());
    var points = log.points();
    if (!points.isEmpty()) {
      fields.put("loss", points.getLast().loss());
      double seconds = points.stream().mapToDouble(point -> point.seconds()).sum();
      double counted = points.stream().mapToDouble(point -> point.characters()).sum();
      fields.put("seconds", seconds);
      fields.put("perSecond", seconds > 0 ? counted / seconds : 0);
    }
    fields.put("validationLoss", best("validationLoss", false));
    fields.put("accuracy", best("validationAccuracy", true));
    fields.put("spark", RunCurves.spark(points));
    fields.put("changed", changed());
    fields.put("model", Files.exists(folder.resolve(TrainingSession.MODEL)));
    fields.put("report", Files.exists(folder.resolve(RunFolder.REPORT)));
    fields.put("note", note(state));
    latest = fields;
    return fields;
  }

  /// What a row shows while the log is read: what it showed before, or what is known without it.
  SequencedMap<String, Object> meanwhile() throws IOException {
    var known = latest;
    return known == null ? withoutLog("reading", "") : known;
  }

  /// What a row shows without the log.
  SequencedMap<String, Object> withoutLog(String state, String note) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", name);
    fields.put("state", state);
    fields.put("task", "");
    fields.put("settings", new LinkedHashMap<String, Object>());
    fields.put("spark", List.of());
    fields.put("changed", changed());
    fields.put("model", Files.exists(folder.resolve(TrainingSession.MODEL)));
    fields.put("report", Files.exists(folder.resolve(RunFolder.REPORT)));
    fields.put("note", note);
    return fields;
  }

  /// The best figure of all epochs; NaN, which JSON writes as null, before the first.
  private double best(String key, boolean largest) {
    double best = Double.NaN;
    for (var epoch : log.epochs()) {
      try {
        double value = epoch.has(key) ? epoch.number(key) : Double.NaN;
        best = Double.isNaN(best) || (largest ? value > best : value < best) ? value : best;
      } catch (FormatException _) {
        // An epoch whose loss was not finite has none.
      }
    }
    return best;
  }

  /// What it trains on or for: text, examples, the name of a task, or model for a file alone.
  private String task() {
    var settings = log.settings();
    if (settings.get("task") instanceof String task) {
      return task;
    }
    if (settings.containsKey("characters")) {
      return "text";
    }
    if (StoredCommand.isIn(folder)) {
      try {
        return StoredCommand.read(folder).args().getFirst();
      } catch (IOException _) {
        return "model";
      }
    }
    return settings.isEmpty() ? "model" : "examples";
  }

  private long changed() throws IOException {
    long latest = 0;
    for (var file : List.of(RunFolder.LOG, TrainingSession.MODEL, TrainingSession.CHECKPOINT)) {
      var path = folder.resolve(file);
      if (Files.exists(path)) {
        latest = Math.max(latest, Files.getLastModifiedTime(path).toMillis());
      }
    }
    return latest;
  }

  /// All that its page shows; null if that is still what it was at a version.
  public synchronized @Nullable SequencedMap<String, Object> details(int seen) throws IOException {
    var fields = new LinkedHashMap<>(summary());
    if (version == seen) {
      return null;
    }
    fields.put("version", version);
    fields.put("curves", RunCurves.of(log.points()));
    fields.put("epochLines", log.epochs().stream().map(JsonFields::values).toList());
    fields.put("rates", log.rates().stream().map(JsonFields::values).toList());
    fields.put("looks", looks());
    return fields;
  }

  /// Steps, losses and validation alone, to be compared with others.
  public synchronized SequencedMap<String, Object> compared() throws IOException {
    var fields = new LinkedHashMap<>(summary());
    fields.put("curves", RunCurves.losses(log.points()));
    fields.put("epochLines", log.epochs().stream().map(JsonFields::values).toList());
    return fields;
  }

  private List<SequencedMap<String, @Nullable Object>> looks() throws IOException {
    var file = folder.resolve(LookLog.FILE);
    return Files.exists(file)
        ? RunCurves.thinned(JsonLines.read(file).stream().map(JsonFields::values).toList())
        : List.of();
  }
}
