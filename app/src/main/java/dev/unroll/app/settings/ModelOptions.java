package dev.unroll.app.settings;

import dev.unroll.app.console.OfTheModel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of the model; defaults are those of the preset.
@OfTheModel
public final class ModelOptions {
  @Option(
      names = "--cell",
      paramLabel = "CELL",
      description = "A cell by name (unroll cells lists them), or a file with equations; slstm:4 "
          + "has"
          + " 4 heads.")
  @Nullable
  String cell;

  @Option(names = "--hidden", paramLabel = "N", description = "H, the size of a layer.")
  @Nullable
  public Integer hidden;

  @Option(
      names = "--size",
      paramLabel = "NAME=N",
      description = "A further size that the cell names, such as P=64. Repeatable.")
  Map<String, Integer> sizes = new LinkedHashMap<>();

  @Option(names = "--layers", paramLabel = "N", description = "Layers on top of one another.")
  @Nullable
  Integer layers;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      description = "The length of the vector that stands for a symbol.")
  @Nullable
  public Integer embedding;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Probability of dropout between and after the layers, with other masks at each "
          + "step.")
  @Nullable
  Double dropout;

  @Option(
      names = "--variational",
      paramLabel = "P",
      description = "Probability of dropout on x and h inside of the cell, with the same masks at "
          + "all steps (Gal and Ghahramani 2016). A cell that names masks of its own keeps those.")
  @Nullable
  public Double variational;

  @Option(
      names = "--init",
      paramLabel = "NAME=START",
      description = "How a parameter of the cell starts: a number, zeros, ones, glorot, "
          + "orthogonal, identity, uniform(LOW, HIGH), normal(DEVIATION), chrono(STEPS); such as "
          + "bf=0. Repeatable.")
  Map<String, String> init = new LinkedHashMap<>();
}
