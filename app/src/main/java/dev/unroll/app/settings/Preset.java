package dev.unroll.app.settings;

import dev.unroll.train.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A named group of settings; options override single ones.
///
/// @param name its name for `--preset`
/// @param cell the cell's name
/// @param hidden H
/// @param layers L
/// @param embedding the length of a character's vector
/// @param epochs passes over the text
/// @param batch B, streams side by side
/// @param time T, the steps of truncated back-propagation through time
/// @param learningRate of Adam, before the schedule
/// @param schedule how the learning rate changes
/// @param clip the largest norm of all gradients together
/// @param dropout between the layers
/// @param variational the probability of dropout inside of the cell, 0 for none
/// @param patience epochs without improvement after which training stops
public record Preset(
    String name,
    String cell,
    int hidden,
    int layers,
    int embedding,
    int epochs,
    int batch,
    int time,
    double learningRate,
    Schedule schedule,
    double clip,
    double dropout,
    double variational,
    int patience) {

  private static final List<Preset> ALL =
      List.of(
          new Preset(
              "default", "lstm", 256, 1, 64, 6, 32, 64, 0.004, Schedule.COSINE, 1, 0, 0, 5),
          new Preset(
              "large", "lstm", 384, 2, 64, 8, 32, 64, 0.004, Schedule.COSINE, 1, 0.25, 0, 5));

  /// Settings for examples, whose length determines the time.
  public static final Preset EXAMPLES =
      new Preset(
          "examples", "lstm", 128, 1, 32, 20, 32, 1, 0.003, Schedule.COSINE, 1, 0, 0, 5);

  public static List<Preset> all() {
    return ALL;
  }

  /// The presets side by side, by the options that change them.
  public static List<String> table() {
    var table = new ArrayList<String>();
    table.add(row("", Preset::name));
    table.add(row("--cell", Preset::cell));
    table.add(row("--hidden", Preset::hidden));
    table.add(row("--layers", Preset::layers));
    table.add(row("--embedding", Preset::embedding));
    table.add(row("--dropout", Preset::dropout));
    table.add(row("--variational", Preset::variational));
    table.add(row("--epochs", Preset::epochs));
    table.add(row("--batch", Preset::batch));
    table.add(row("--time", Preset::time));
    table.add(row("--lr", Preset::learningRate));
    table.add(row("--schedule", preset -> preset.schedule().name().toLowerCase(Locale.ROOT)));
    table.add(row("--clip", Preset::clip));
    table.add(row("--patience", Preset::patience));
    return table;
  }

  private static String row(String option, Function<Preset, Object> setting) {
    return "  %-14s".formatted(option)
        + ALL.stream().map(preset -> "%-10s".formatted(setting.apply(preset)))
            .collect(Collectors.joining()).stripTrailing();
  }

  /// The preset of a name.
  ///
  /// @throws IllegalArgumentException that lists the presets, if there is none of this name
  public static Preset of(String name) {
    return ALL.stream()
        .filter(preset -> preset.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(
                "there is no preset '%s'; the presets are %s"
                    .formatted(
                        name,
                        ALL.stream().map(Preset::name).collect(Collectors.joining(", ")))));
  }
}
