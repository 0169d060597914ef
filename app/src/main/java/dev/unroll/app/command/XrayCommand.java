package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.EnumWords;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.PageTarget;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.xray.Comparison;
import dev.unroll.app.xray.ComparisonOptions;
import dev.unroll.app.xray.Examination;
import dev.unroll.app.xray.XrayTask;
import dev.unroll.expr.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll xray`: the flow of gradients and the activity of gates.
@Command(
    name = "xray",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Shows how far back the gradient of a recurrent network reaches, what its gates do and what "
          + "it remembers: a verdict in words, and a page that needs no network. With --cells, "
          + "fresh cells are compared before, while and after they learn a task; without, a "
          + "trained model is looked at while it reads."
    },
    footer = {
      "",
      "Examples:",
      "  unroll xray --cells rnn,lstm,gru --task adding --time 200",
      "  unroll xray --cells lstm,my.cell --init bf=0 --steps 0",
      "  unroll xray runs/shakespeare-1 --data other.txt",
      "  unroll xray runs/names-1 --data test.jsonl --example 3"
    })
public final class XrayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run. Default: the newest run under runs.")
  private @Nullable Path model;

  @Option(
      names = "--cells",
      paramLabel = "CELL",
      split = ",",
      description = "Fresh cells to compare, by name or as files with equations, with commas "
          + "between.")
  private @Nullable List<String> cells;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      converter = Tasks.class,
      completionCandidates = Tasks.class,
      description = "What fresh cells learn: ${COMPLETION-CANDIDATES}. Default: adding.")
  private XrayTask task = XrayTask.ADDING;

  @Option(
      names = "--time",
      paramLabel = "T",
      description = "Steps: how far apart what matters is in a task, or how much of a text is read."
          + " Default: 200.")
  private int time = 200;

  @Option(names = "--hidden", paramLabel = "H", description = "Units of fresh cells. Default: 64.")
  private int hidden = 64;

  @Option(
      names = "--batch",
      paramLabel = "B",
      description = "Sequences that fresh cells learn from at once. Default: 32.")
  private int batch = 32;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Training steps of fresh cells; 0 to look at initial values alone. Default: "
          + "400.")
  private int steps = 400;

  @Option(
      names = {"--learning-rate", "--lr"},
      paramLabel = "RATE",
      description = "Learning rate of Adam for fresh cells. Default: 0.002.")
  private double rate = 0.002;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description = "The largest norm of the gradient of fresh cells; 0 for no clipping. Default: "
          + "1.")
  private double clip = 1;

  @Option(
      names = "--init",
      paramLabel = "NAME=START",
      description = "How a parameter of the fresh cells that have it starts, such as bf=0. "
          + "Repeatable.")
  private Map<String, String> init = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed for initialization and generated data. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "What a trained model reads: a text, examples, or the data of its task. "
          + "Default:"
          + " what it was validated with.")
  private @Nullable String data;

  @Option(
      names = "--from",
      paramLabel = "N",
      description = "The character of the text to begin with, counted from 0; the model reads what"
          + " stands before it without being looked at. Default: 0.")
  private int from;

  @Option(
      names = "--example",
      paramLabel = "N",
      description = "The example that is shown in full, counted from 0. Default: 0.")
  private int example;

  @Option(
      names = "--quantities",
      paramLabel = "NAME",
      split = ",",
      description = "The named values of the equations that the page shows at every step, such as "
          + "f,c'. Default: all.")
  private List<String> quantities = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The page. Default: xray.html beside the model, runs/xray.html for fresh "
          + "cells.")
  private @Nullable Path out;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /// The names of the tasks.
  static final class Tasks extends EnumWords<XrayTask> {
    Tasks() {
      super(XrayTask.class);
    }
  }

  public XrayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.inRange("--threads", threads, 1, 1_024);
    OptionValues.inRange("--time", time, 1, 100_000);
    OptionValues.inRange("--hidden", hidden, 1, 65_536);
    OptionValues.inRange("--batch", batch, 1, 65_536);
    OptionValues.inRange("--steps", steps, 0, 10_000_000);
    OptionValues.rate(rate);
    OptionValues.atLeastZero("--clip", clip);
    OptionValues.inRange("--from", from, 0, Integer.MAX_VALUE);
    OptionValues.inRange("--example", example, 0, Integer.MAX_VALUE);
    try (var engine = Engine.of(threads)) {
      return cells == null ? examine(engine) : compare(engine, cells);
    }
  }

  private int compare(Engine engine, List<String> names) throws IOException {
    if (model != null || data != null) {
      throw new IllegalArgumentException(
          "--cells compares fresh cells on a made-up task; leave out %s, or --cells"
              .formatted(model != null ? model : "--data"));
    }
    var file = terminal.path(out == null ? Path.of(RunFolder.RUNS, "xray.html") : out);
    requireFile(file);
    var options =
        new ComparisonOptions(task, time, hidden, batch, steps, rate, clip, quantities, seed);
    return show(Comparison.page(engine, cells(names), options, terminal::println), file);
  }

  private List<Cell> cells(List<String> names) throws IOException {
    var chosen = new ArrayList<Cell>();
    var used = new ArrayList<String>();
    for (String name : names) {
      var cell =
          CellChoice.remarked(terminal, CellChoice.of(terminal.folder(), name.strip()));
      var values = new LinkedHashMap<String, String>();
      for (var entry : init.entrySet()) {
        if (cell.shapes().matrices().containsKey(entry.getKey())
            || cell.shapes().vectors().containsKey(entry.getKey())) {
          values.put(entry.getKey(), entry.getValue());
          used.add(entry.getKey());
        }
      }
      chosen.add(CellChoice.withInitializers(cell, values));
    }
    for (String parameter : init.keySet()) {
      if (!used.contains(parameter)) {
        throw new IllegalArgumentException("--init %s: none of %s has a parameter of that name"
            .formatted(parameter, String.join(", ", names)));
      }
    }
    return chosen;
  }

  private int examine(Engine engine) throws IOException {
    var path = RunFolder.model(terminal.folder(), model);
    var file = out == null ? path.resolveSibling("xray.html") : terminal.path(out);
    requireFile(file);
    WrittenFile.requireOther(file, path, "the model that is looked at");
    var reading = new XraySubject(terminal, data, time, from, example).read(path);
    terminal.println("%s, %s".formatted(reading.name(), reading.what()));
    return show(Examination.page(engine, reading, quantities), file);
  }

  private int show(Page page, Path file) throws IOException {
    for (var verdict : page.verdicts()) {
      terminal.println("%s: %s".formatted(verdict.name(), verdict.text()));
    }
    var folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      RunFolder.create(folder);
    }
    page.write(file);
    terminal.println("The page: " + file);
    return 0;
  }

  private void requireFile(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("%s is a folder; give --out the path of a file".formatted(file));
    }
    if (data != null) {
      WrittenFile.requireOther(file, terminal.folder().resolve(data), "the data that is read");
    }
    PageTarget.require(file);
  }
}
