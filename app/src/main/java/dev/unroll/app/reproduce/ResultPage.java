package dev.unroll.app.reproduce;

import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.train.TrainingListener.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Results as a page: the curves of all trainings, those of one row in one color, and the table.
final class ResultPage {
  private static final Axis STEP = Axis.counted("step");

  private ResultPage() {}

  /// The curve of one training of a row.
  ///
  /// @param name identifies it
  record Run(String row, String name, List<Epoch> epochs) {
    private boolean any(Function<Epoch, Double> value) {
      return epochs.stream().anyMatch(epoch -> value.apply(epoch) > 0);
    }

    private LineSeries series(Function<Epoch, Double> value) {
      return LineSeries.of(name, epochs.stream().map(Epoch::step).toList(),
          epochs.stream().map(value).toList()).in(row);
    }
  }

  static Page of(Experiment experiment, List<Run> runs, List<Result> results) {
    var panels = new ArrayList<Panel>();
    if (!runs.isEmpty()) {
      panels.add(losses("Validation loss", "loss on data it does not learn from", runs,
          Epoch::validationLoss));
      if (runs.stream().anyMatch(run -> run.any(Epoch::validationAccuracy))) {
        panels.add(Lines.of(
            Caption.of("Answered right",
                "The share of validation data that is answered right; higher is better."
                    + several(runs)),
            STEP, Axis.share("answered right"), series(runs, Epoch::validationAccuracy)));
      }
      panels.add(losses("Training loss", "loss on the data it learns from", runs,
          Epoch::trainLoss));
    }
    if (!results.isEmpty()) {
      panels.add(TableElement.of(
          Caption.of("Results", "Figures: " + experiment.measure() + "."),
          ResultTable.COLUMNS, results.stream().map(ResultTable::cells).toList()));
    }
    return Page.of(experiment.title(), experiment.source()).with(new Section("", false, panels));
  }

  private static Lines losses(String title, String y, List<Run> runs,
      Function<Epoch, Double> value) {
    boolean positive = runs.stream().flatMap(run -> run.epochs().stream())
        .allMatch(epoch -> value.apply(epoch) > 0);
    return Lines.of(Caption.of(title, "Lower is better." + several(runs)), STEP,
        positive ? Axis.log(y) : Axis.linear(y), series(runs, value));
  }

  private static String several(List<Run> runs) {
    return runs.stream().map(Run::row).distinct().count() == runs.size() ? ""
        : " Curves of one color are runs of one row from different initial values.";
  }

  private static List<LineSeries> series(List<Run> runs, Function<Epoch, Double> value) {
    return runs.stream().map(run -> run.series(value)).toList();
  }
}
