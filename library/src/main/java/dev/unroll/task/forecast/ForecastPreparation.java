package dev.unroll.task.forecast;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.score.ForecastErrors;
import dev.unroll.series.Calendar;
import dev.unroll.series.Season;
import dev.unroll.series.Series;
import dev.unroll.series.Track;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.Scale;
import dev.unroll.task.window.TimeSplit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The preparation of a forecaster before training: how the data is split and scaled, and what will
/// be trained.
///
/// @param understood the findings to show
/// @param none for each channel 0
/// @param train for each channel the end of the training part
/// @param validation likewise of the validation part
/// @param test likewise of the test part
record ForecastPreparation(ForecastPlan plan, ForecastTask task, List<Understanding> understood,
    Channels channels, int[] none, int[] train, int[] validation, int[] test) {

  /// @param horizon N
  /// @throws DataException if the series cannot be read or is too short
  static ForecastPreparation of(Series all, int horizon, ForecastRequest wanted) {
    wanted.check(horizon);
    var from = wanted.from();
    var given = from == null ? all : from.as(all);
    var before = from == null ? null : from.task();
    var notes = new ArrayList<Understanding>();
    notes.add(new Understanding(About.DATA, "%s; %s%s %s".formatted(given, given.timeAndId(),
        given.targets().size() == 1 ? "target" : "targets",
        String.join(", ", given.targets()))));
    given.notes().forEach(note -> notes.add(new Understanding(About.DOUBT, note)));
    var lengthy = LongSeries.of(given, horizon, wanted.lengths());
    if (!lengthy.leftOut().isEmpty()) {
      notes.add(
          new Understanding(About.DOUBT, "left out, as they are too short for a horizon of %d: "
              .formatted(horizon) + String.join(", ", lengthy.leftOut())));
    }
    var series = lengthy.series();
    var splits = lengthy.splits();
    var lengths = new ArrayList<Integer>();
    var training = new ArrayList<double[]>();
    int targets = series.targets().size();
    for (int i = 0; i < splits.size(); i++) {
      var track = series.tracks().get(i);
      var split = splits.get(i);
      lengths.add(split.train());
      for (int c = 0; c < targets; c++) {
        training.add(Arrays.copyOf(track.columns()[c], split.train()));
      }
    }
    int season = before != null ? before.shape().season()
        : wanted.season() > 0 ? wanted.season() : Season.of(series.step(), training);
    int longest = lengths.stream().mapToInt(n -> n).max().orElse(0);
    if (season > 1 && longest <= season) {
      throw new DataException(
          ("a season of %d steps needs more than as many to train on, but there are %d; give a "
              + "shorter")
              .formatted(season, longest) + " season, or 1 for none");
    }
    var first = splits.getFirst();
    var track = series.tracks().getFirst();
    notes.add(new Understanding(About.SPLIT,
        "train to %s, validate to %s, test to %s%s".formatted(track.stamp(first.train() - 1),
            track.stamp(first.validation() - 1), track.stamp(first.test() - 1),
            splits.size() > 1 ? " (the first series)" : "")));
    int usual = lengths.stream().sorted().toList().get(lengths.size() / 2);
    var calendar = before != null ? before.calendar() : Calendar.of(series.step(), usual);
    var scales = scales(series, splits, season, before == null ? List.of() : before.scales());
    boolean gaps = training.stream().anyMatch(v -> Arrays.stream(v).anyMatch(Double::isNaN));
    var plan = ForecastPlan.of(new ForecastPlan.Data(usual, training.size(), series.past().size(),
        series.known().size(), gaps, calendar, season), horizon,
        before == null ? wanted.lookBack() : before.shape().lookBack(), wanted.epochs())
        .with(wanted.effort(), wanted.epochs());
    if (from != null && before != null) {
      plan = plan.from(before.shape(), from.model().architecture().body());
      tellOfBeginning(before, series, gaps, notes);
    }
    plan = plan.with(wanted.settings());
    var shape = plan.shape();
    notes.add(new Understanding(About.INPUT,
        "horizon %d; %s; reads %d steps in segments of %d%s".formatted(horizon,
            season > 1 ? "season " + season : "no season was found",
            shape.lookBack(), shape.segment(), calendar.cycles().isEmpty() ? ""
                : ", calendar of " + calendar.cycles().stream()
                    .map(cycle -> cycle.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")))));
    long tooShort = lengths.stream().filter(n -> n < shape.lookBack() + horizon).count();
    if (tooShort > 0) {
      notes.add(new Understanding(About.DOUBT,
          "%d of %d series are shorter than a window and a horizon: nothing is learned from them"
              .formatted(tooShort, lengths.size())));
    }
    var channels = new ChannelBuilder(series.targets(), series.past(), series.known(), calendar,
        horizon, shape.segment(), scales).of(series);
    var train = ends(channels, targets, splits, TimeSplit::train);
    var chosen = before != null ? plan : plan.with(AnchorChoice.of(channels, shape, train));
    notes.add(new Understanding(About.MODEL,
        "GRU of %d units%s, dropout %s, answers measured from %s".formatted(plan.hidden(),
            plan.layers() == 1 ? "" : ", %d layers".formatted(plan.layers()), plan.dropout(),
            chosen.shape().anchor().words())));
    notes.add(new Understanding(About.TRAINING, "%d epoch%s of %d windows in batches of %d"
        .formatted(plan.epochs(), plan.epochs() == 1 ? "" : "s", plan.windows(), plan.batch())));
    var task = new ForecastTask(chosen.shape(), series.step(), calendar, series.timeColumn(),
        series.idColumn(), series.targets(), series.past(), series.known(), scales,
        before == null ? wanted.levels() : before.levels(), series.aggregate(),
        notes.stream().map(Understanding::text).toList(), given.source());
    return new ForecastPreparation(chosen, task, List.copyOf(notes), channels,
        new int[channels.count()], train,
        ends(channels, targets, splits, TimeSplit::validation),
        ends(channels, targets, splits, TimeSplit::test));
  }

  private static void tellOfBeginning(ForecastTask before, Series series, boolean gaps,
      List<Understanding> notes) {
    notes.add(new Understanding(About.MODEL,
        "begins with a forecaster of %s; numbers of its series are scaled as they were for it"
            .formatted(String.join(", ", before.targets()))));
    if (gaps && !before.shape().gaps()) {
      notes.add(new Understanding(About.DOUBT, "values are missing, which the model that it begins "
          + "with cannot know of: each is read as the one before it"));
    }
    var known = before.scales().stream().map(Scale::id).toList();
    var others = series.tracks().stream().map(Track::id).filter(id -> !known.contains(id)).toList();
    if (before.shape().channels() > 1 && !others.isEmpty()) {
      notes.add(new Understanding(About.DOUBT,
          "%s %s new to the model that it begins with, which cannot tell them apart".formatted(
              Excerpt.of(String.join(", ", others)), others.size() == 1 ? "is" : "are")));
    }
  }

  private interface End {
    int of(TimeSplit split);
  }

  private static int[] ends(Channels channels, int targets, List<TimeSplit> splits, End end) {
    var ends = new int[channels.count()];
    for (int c = 0; c < ends.length; c++) {
      ends[c] = end.of(splits.get(c / targets));
    }
    return ends;
  }

  /// @param before those that there are already, which stay
  private static List<Scale> scales(Series series, List<TimeSplit> splits, int season,
      List<Scale> before) {
    var names = new ArrayList<>(series.targets());
    names.addAll(series.past());
    names.addAll(series.known());
    var scales = new ArrayList<>(before);
    var known = before.stream().map(scale -> List.of(scale.id(), scale.column())).toList();
    for (int i = 0; i < splits.size(); i++) {
      Track track = series.tracks().get(i);
      for (int c = 0; c < names.size(); c++) {
        if (known.contains(List.of(track.id(), names.get(c)))) {
          continue;
        }
        var values = track.columns()[c];
        int train = splits.get(i).train();
        var scale = Scale.of(track.id(), names.get(c), values, train, Double.NaN);
        scales.add(c < series.targets().size() && train > season
            ? scale.seasonal(ForecastErrors.seasonalScale(Arrays.copyOf(values, train), season))
            : scale);
      }
    }
    return scales;
  }
}
