package dev.unroll.series;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A [Series] as read, with regular steps.
///
/// @param time the column with the time stamps; null if there is none
/// @param targets the columns to forecast
/// @param tracks one for each series
/// @param notes about irregular data, a sentence each
record RegularSeries(@Nullable String time, List<String> targets, List<Track> tracks,
    List<String> notes) {}
