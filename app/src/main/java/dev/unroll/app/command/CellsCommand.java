package dev.unroll.app.command;

import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.Terminal;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Plan;
import java.io.IOException;
import java.util.HashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll cells`: the cells that come with Unroll, or the equations of one.
@Command(
    name = "cells",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Lists the cells that come with Unroll, or prints the equations of one. What it prints is a"
          + " cell file: change it, and train it with --cell."
    },
    footer = {
      "",
      "Examples:",
      "  unroll cells",
      "  unroll cells lstm",
      "  unroll cells gru --latex",
      "  unroll cells slstm:4",
      "  unroll cells lstm > my.cell"
    })
public final class CellsCommand implements Callable<Integer> {
  private static final int INPUTS = 64;
  private static final int HIDDEN = 128;

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "CELL",
      description = "A cell by name, or a file with equations; slstm:4 has 4 heads.")
  private @Nullable String cell;

  @Option(names = "--latex", description = "Print the equations as LaTeX.")
  private boolean latex;

  @Option(
      names = "--plan",
      description = "Print how the cell is computed: what happens before, in and after the time "
          + "loop.")
  private boolean plan;

  public CellsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (cell == null) {
      if (latex || plan) {
        throw new IllegalArgumentException(
            "%s needs a cell, for example lstm".formatted(latex ? "--latex" : "--plan"));
      }
      list();
      return 0;
    }
    var chosen = CellChoice.remarked(terminal, CellChoice.of(terminal.folder(), cell));
    if (latex) {
      terminal.out().print(chosen.latex().stripTrailing() + "\n");
    } else if (plan) {
      terminal.out().print(Plan.training(chosen));
    } else {
      Cells.all().stream()
          .filter(published -> published.cell().equals(chosen))
          .findFirst()
          .ifPresent(this::printOrigin);
      terminal.out().print(chosen);
    }
    terminal.flush();
    return 0;
  }

  private void printOrigin(Published published) {
    terminal.println("# %s: %s".formatted(published.name(), published.title()));
    terminal.println("# %s".formatted(published.source()));
    if (!published.advice().isEmpty()) {
      terminal.println("# %s".formatted(published.advice()));
    }
  }

  private void list() {
    int width = Cells.all().stream().mapToInt(c -> c.name().length()).max().orElse(0);
    int states = Cells.all().stream().mapToInt(c -> states(c).length()).max().orElse(0);
    var row = "%%-%ds  %%-%ds  %%10s  %%s%n".formatted(width, Math.max(states, "states".length()));
    terminal.out().printf(row, "cell", "states", "parameters", "what it is");
    for (var published : Cells.all()) {
      terminal.out().printf(
          row,
          published.name(),
          states(published),
          "%,d".formatted(parameters(published.cell())),
          "%s (%s)".formatted(published.title(), published.source()));
    }
    terminal.println(
        ("\nParameters are those of a layer with %d inputs and hidden size %d; further sizes are "
            + "half")
            .formatted(INPUTS, HIDDEN)
            + " of that.\nunroll cells NAME prints the equations.");
  }

  private static String states(Published published) {
    return String.join(" ", published.cell().states());
  }

  private static long parameters(Cell cell) {
    var sizes = new HashMap<>(Dimensions.of(INPUTS, HIDDEN).elements());
    cell.shapes().namedSizes().forEach(name -> sizes.put(name, HIDDEN / 2));
    // A cell that ties its state to its input has that size.
    if (cell.shapes().output().equals(Size.INPUT)) {
      sizes.put(Size.INPUT.name(), HIDDEN);
    }
    var dimensions = new Dimensions(sizes);
    return Plan.inference(cell).parameters().stream()
        .mapToLong(p -> (long) dimensions.of(p.rows()) * p.stored(dimensions))
        .sum();
  }
}
