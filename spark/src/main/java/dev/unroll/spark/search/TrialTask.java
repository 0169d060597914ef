package dev.unroll.spark.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.Engine;
import dev.unroll.spark.file.CheckpointFolder;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.Fit;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;

/// Makes a trial of a search: it goes on from its checkpoint, if there is one, and leaves its
/// result in a file.
///
/// @param folder of the search
record TrialTask(HadoopFiles folder, SparkTuning.Trial trial)
    implements
      VoidFunction<TrialTask.Job> {

  /// A trial that is to be made.
  ///
  /// @param budget epochs, with those of the rungs before
  /// @param settings as they are written
  record Job(int trial, int rung, int budget, String settings) implements Serializable {
    HadoopFiles folder(HadoopFiles search) {
      return search.resolve("trial-" + trial);
    }

    /// Where the result is.
    HadoopFiles file(HadoopFiles search) {
      return folder(search).resolve("rung-%d.txt".formatted(rung));
    }
  }

  /// A trial that was made.
  ///
  /// @param merit NaN if it failed
  /// @param problem why; empty if it did not
  record Result(Job job, double merit, String problem) {
    /// Reads a result: a line with the settings, one with the merit, and the problem.
    static Result read(Job job, HadoopFiles search) throws IOException {
      var lines = new String(job.file(search).read(), UTF_8).split("\n", 3);
      if (lines.length != 3 || !lines[0].equals(job.settings)) {
        throw new IOException(("%s has the trial of %s, expected %s; start another search in a "
            + "folder of its own").formatted(job.file(search).path(), lines[0], job.settings));
      }
      return new Result(job, Double.parseDouble(lines[1]), lines[2]);
    }
  }

  @Override
  public void call(Job job) throws IOException {
    var shared = job.folder(folder);
    shared.makeFolder();
    var context = TaskContext.get();
    double merit = Double.NaN;
    var problem = "";
    try (var engine = Engine.of(context.cpus());
        var local = new CheckpointFolder(shared, "task" + context.taskAttemptId())) {
      local.fetch();
      try {
        var fit = Fit.in(local.path()).pauseAfter(job.budget);
        trial.train(Settings.parse(job.settings), engine, fit);
        double figure = fit.best().value();
        merit = fit.isLargerBetter() ? figure : -figure;
        problem = Double.isNaN(figure) ? "it has no figure; give it data to validate on" : "";
      } catch (Exception e) {
        if (context.isInterrupted()) {
          throw new IOException("the task was stopped", e); // which says nothing about the settings
        }
        var message = e.getMessage();
        problem = message == null || message.isBlank() ? e.toString() : message;
      }
      local.publish();
      var result = Files.writeString(local.path().resolve("result"),
          "%s%n%s%n%s".formatted(job.settings, merit, problem).replace("\r\n", "\n"));
      job.file(folder).replace(result, "task" + context.taskAttemptId());
    }
  }
}
