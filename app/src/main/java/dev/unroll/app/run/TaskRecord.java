package dev.unroll.app.run;

import dev.unroll.Engine;
import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.run.live.ControlCheck;
import dev.unroll.app.run.live.LookLog;
import dev.unroll.app.run.live.Watched;
import dev.unroll.app.run.log.RunEvents;
import dev.unroll.app.run.log.RunLog;
import dev.unroll.app.run.log.StepEffect;
import dev.unroll.format.json.JsonFields;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.loss.Loss;
import dev.unroll.task.tag.Tagger;
import dev.unroll.train.Fit;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The training of a task with its screen, its log, and what is asked of it from outside.
public final class TaskRecord implements TrainingListener, AutoCloseable {
  /// Of so many steps one is measured; a power of two, as logs are thinned by them.
  private static final int MEASURED = 16;

  private final Path folder;
  private final TrainingProgress shown;
  private final SequencedMap<String, Object> settings;
  private final boolean tensorboard;
  private final ControlCheck control;
  private final Engine engine;
  private StepEffect effect = StepEffect.NONE;
  private @Nullable LookLog looks;
  private long steps;
  private @Nullable Model model;
  private double best = Double.POSITIVE_INFINITY;
  private @Nullable RunLog log;
  private @Nullable RunEvents events;

  /// A training that begins or goes on.
  ///
  /// @param folder of the run
  /// @param engine that trains, between two steps for looks inside the model
  /// @param settings for the first line of the log, each as a JSON value
  /// @param tensorboard whether there are event files as well
  public TaskRecord(Path folder, TrainingProgress shown, Fit fit, Engine engine,
      SequencedMap<String, ?> settings, boolean tensorboard) {
    this.folder = folder;
    this.shown = shown;
    this.engine = engine;
    this.settings = new LinkedHashMap<>(settings);
    this.tensorboard = tensorboard;
    control = new ControlCheck(folder, fit::stop, fit::learningRate, shown::print);
  }

  @Override
  public void begin(TrainingSession training) {
    var trained = training.model();
    model = trained;
    steps = training.step();
    looks = new LookLog(folder, Watched.of(() -> Microscope.of(readable(trained), engine),
        training.batches().some(Watched.CANDIDATES)), training.step(), shown::print);
  }

  /// The model, or if its loss is that of a chain of tags the same network with a loss of each
  /// token alone, whose gradients come from somewhere.
  private static Model readable(Model model) {
    return model instanceof SequenceToSequence network
        && network.architecture().outputs().loss() instanceof Loss.Chain
            ? Tagger.scores(network)
            : model;
  }

  @Override
  public void begin(int epochs) {
    settings.put("epochs", epochs);
    shown.begin(epochs);
  }

  @Override
  public boolean wantsUpdates() {
    return true;
  }

  /// Models of tasks may have many parameters and short sequences: at each step it would take a
  /// tenth of the time.
  @Override
  public boolean wantsUpdate(long step) {
    return step % MEASURED == 0;
  }

  @Override
  public void update(Update update) {
    effect = StepEffect.of(update);
  }

  @Override
  public void step(Step step) throws IOException {
    log(step.step(), step.epoch() - 1).step(step, effect);
    effect = StepEffect.NONE;
    shown.step(step);
    control.look();
    if (looks != null) {
      looks.step(step.step() + 1);
    }
    steps = step.step() + 1;
  }

  /// The last look, and what there is to say of the best epoch, unless the training will go on.
  @Override
  public void end(Ending ending) {
    var note = model == null || ending == Ending.STOPPED ? "" : GuessNote.of(model, best);
    if (!note.isEmpty()) {
      shown.print(note);
    }
    if (looks != null && ending != Ending.STOPPED) {
      looks.look(steps);
    }
  }

  @Override
  public void learningRate(long step, double rate) throws IOException {
    log(step, Integer.MAX_VALUE).rate(step, rate);
    shown.print("learning rate %s from step %,d on, as asked".formatted(ShortNumber.of(rate),
        step + 1));
  }

  @Override
  public void epoch(Epoch epoch) throws IOException {
    log(epoch.step(), epoch.epoch() - 1).epoch(epoch, "");
    shown.epoch(epoch);
    if (epoch.best() && shown.validates()) {
      best = epoch.validationLoss();
    }
  }

  /// The log, opened by the first that writes: only then is it known from where a killed training
  /// goes on. Later lines of it are written again.
  private RunLog log(long steps, int epochs) throws IOException {
    var open = log;
    if (open == null) {
      open = RunLog.resume(folder.resolve(RunFolder.LOG), steps, epochs, settings, new Unread());
      log = open;
      if (tensorboard) {
        var file = RunEvents.in(folder, steps);
        events = file;
        file.line(settings);
        open.copyTo(file);
      }
    }
    return open;
  }

  /// A reader that needs nothing of what is kept.
  private record Unread() implements RunLog.Reader {
    @Override
    public void step(JsonFields step) {
      // It stays in the log.
    }

    @Override
    public void epoch(JsonFields epoch) {
      // It stays in the log.
    }
  }

  @Override
  public void close() throws IOException {
    try (var _ = events) {
      if (log != null) {
        log.close();
      }
    }
  }
}
