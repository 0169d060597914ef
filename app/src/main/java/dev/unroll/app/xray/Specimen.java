package dev.unroll.app.xray;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.expr.Cell;
import dev.unroll.inspect.Microscope;
import dev.unroll.inspect.surface.LossSlice;
import dev.unroll.model.Model;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingException;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// An untrained cell that learns a task and is inspected during training.
///
/// @param name of the cell, unique among those that are compared
/// @param stages the findings before, midway and after, by the name of the moment
/// @param slices the loss along the gradient, before and after
/// @param trace the training
/// @param end how training ended, if not as planned; else empty
record Specimen(
    String name,
    Cell cell,
    SequencedMap<String, Findings> stages,
    SequencedMap<String, LossSlice> slices,
    TrainingTrace trace,
    String end) {
  static final String BEFORE = "before training";

  private static final int LOOKED_AT = 16;
  private static final LossSlice.Extent EXTENT = new LossSlice.Extent(-2, 2, 81);

  /// Trains a cell and inspects it.
  static Specimen of(Engine engine, String name, Cell cell, ComparisonOptions options)
      throws IOException {
    var task = options.task();
    var model = task.model(cell, options.hidden(), options.seed());
    var looked = task.of(options.time(), options.seed() + 1_000).examples(0, LOOKED_AT);
    var specimen = new Specimen(name, cell, new LinkedHashMap<>(), new LinkedHashMap<>(),
        new TrainingTrace(), "");
    specimen.look(engine, BEFORE, model, looked, options);
    specimen.slice(engine, BEFORE, model, looked);
    if (options.steps() == 0) {
      return specimen;
    }
    var end = specimen.train(engine, model, looked, options);
    if (end.isEmpty()) {
      specimen.slice(engine, after(specimen.trace.steps()), model, looked);
    }
    return new Specimen(name, cell, specimen.stages, specimen.slices, specimen.trace, end);
  }

  static String after(int steps) {
    return "after " + steps(steps);
  }

  static String steps(int steps) {
    return steps == 1 ? "1 step" : "%,d steps".formatted(steps);
  }

  /// The findings at a moment.
  Findings at(String stage) {
    return requireNonNull(stages.get(stage));
  }

  /// The last findings.
  Findings last() {
    return stages.lastEntry().getValue();
  }

  private String train(
      Engine engine, Model model, List<Example> looked, ComparisonOptions options)
      throws IOException {
    var task = options.task().of(options.time(), options.seed());
    var recipe = Recipe.of(1).learningRate(options.rate()).schedule(Schedule.CONSTANT)
        .clipping(options.clip() == 0 ? Clipping.NONE : Clipping.norm(options.clip()));
    var trainer = Trainer.of(model).recipe(recipe).engine(engine)
        .session(Batches.of(task, options.batch(), options.steps()),
            Batches.inOrder(looked, LOOKED_AT));
    try {
      trainer.fit(trace.andAfter(options.steps() / 2,
          () -> look(engine, after(trace.steps()), model, looked, options)));
      look(engine, after(trace.steps()), model, looked, options);
      return "";
    } catch (TrainingException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void look(Engine engine, String stage, Model model, List<Example> examples,
      ComparisonOptions options) {
    stages.put(stage, Findings.of(engine, Microscope.of(model, engine), examples,
        options.quantities()));
  }

  private void slice(Engine engine, String stage, Model model, List<Example> examples) {
    try {
      slices.put(stage, LossSlice.of(model, Batch.of(examples), engine, EXTENT));
    } catch (IllegalStateException _) {
      // A gradient that is zero or not finite has no direction; the curves of its norm show this.
    }
  }
}
