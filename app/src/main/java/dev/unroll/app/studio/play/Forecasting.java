package dev.unroll.app.studio.play;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.studio.runs.Run;
import dev.unroll.app.task.ForecastPage;
import dev.unroll.series.Series;
import dev.unroll.series.Track;
import dev.unroll.table.Table;
import dev.unroll.task.forecast.Forecaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Forecasts of a run from any place in the data that it was trained on, which its folder names.
public final class Forecasting {
  private final Forecaster forecaster;
  private final Series series;

  private Forecasting(Forecaster forecaster, Series series) {
    this.forecaster = forecaster;
    this.series = series;
  }

  /// Reads the data.
  ///
  /// @param terminal of this command, from whose folder the run's may differ
  /// @throws IOException one sentence, if the data is not there any more
  public static Forecasting of(Run run, Playable model, Terminal terminal) throws IOException {
    var forecaster = Forecaster.of(model.needTask());
    var command = StoredCommand.read(run.folder());
    var file = command.at(terminal).path(Path.of(command.data().firstEntry().getKey()));
    return new Forecasting(forecaster, forecaster.read(Table.read(file)));
  }

  /// The forecast from a place.
  ///
  /// @param from the share of the data before it, from 0 to 1
  public synchronized SequencedMap<String, Object> from(double from) {
    int shortest = series.tracks().stream().mapToInt(Track::length).min().orElse(0);
    int least = forecaster.lookBack();
    int most = shortest - forecaster.horizon();
    if (most < least || !forecaster.known().isEmpty()) {
      throw new IllegalArgumentException(
          "the data is too short to show forecasts, or has columns that are known ahead");
    }
    int origin = (int) Math.round(least + Math.clamp(from, 0, 1) * (most - least));
    var fields = new LinkedHashMap<String, Object>();
    fields.put("origin", origin);
    fields.put("steps", shortest);
    fields.put("horizon", forecaster.horizon());
    fields.put("page", Page.of("", "")
        .with(Section.of("", ForecastPage.against(forecaster, series, origin))).fields());
    return fields;
  }
}
