package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.run.RunFolder;
import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.datasets.As;
import dev.unroll.datasets.InputFile;
import dev.unroll.datasets.InputLines;
import dev.unroll.format.Json;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Search;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll predict`: what a structure answers.
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Prints what a model that unroll fit has trained answers: a JSON object a line for each input, in"
          + " their order, with the label and its probability, the symbols, or the numbers.",
      "",
      "FILE has an input a line, {\"input\": ...}, as what the model was trained on; targets are not"
          + " looked at. Without FILE the inputs come from standard input, and each is"
          + " answered as soon as it is there."
    },
    footer = {
      "",
      "Examples:",
      "  unroll predict runs/names-1 new.jsonl",
      "  echo '{\"input\": \"Nakamura\"}' | unroll predict runs/names-1",
      "  unroll predict runs/words-1 new.jsonl --beam 5 --length-penalty 0.6",
      "  unroll predict runs/load-1 new.csv --monte-carlo 50"
    })
public final class PredictCommand implements Callable<Integer> {
  /// Inputs side by side.
  private static final int BATCH = 64;

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run.")
  @SuppressWarnings("NullAway.Init") // picocli requires it
  private Path model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The inputs, JSON Lines or CSV (.csv), plain or .gz; - or nothing for standard input.")
  private @Nullable Path file;

  @Option(
      names = "--input",
      paramLabel = "KIND",
      description = "What an input is: characters, words, label, symbols or numbers. Default: what the"
          + " model was trained on.")
  private @Nullable As input;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "Of a model that writes sequences: how many are followed at once."
          + " Default: ${DEFAULT-VALUE}.")
  private int beam = 1;

  @Option(
      names = "--length-penalty",
      paramLabel = "A",
      description = "Of the beam: above 0 prefers longer sequences. Default: ${DEFAULT-VALUE}.")
  private double lengthPenalty;

  @Option(
      names = "--longest",
      paramLabel = "N",
      description = "The most steps that are written; of numbers, how many. Default: as many as the"
          + " longest target of the training.")
  private @Nullable Integer longest;

  @Option(
      names = "--monte-carlo",
      paramLabel = "N",
      description = "Leave dropout on, and tell the mean of N answers and their spread.")
  private int monteCarlo;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin
  private DumpOption dump = new DumpOption();

  public PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    OptionValues.inRange("--threads", threads, 1, 1_024);
    OptionValues.inRange("--beam", beam, 1, 1_000);
    OptionValues.atLeastZero("--length-penalty", lengthPenalty);
    OptionValues.inRange("--monte-carlo", monteCarlo, 0, 100_000);
    var stored = FiniteModel.read(RunFolder.model(terminal.folder(), model));
    if (LanguageModel.is(stored.model())) {
      throw new IllegalArgumentException(
          "%s is a language model, which answers no examples; unroll generate writes with it"
              .formatted(stored.source()));
    }
    var predictor = new Predictor(stored, new Search.Beam(beam, lengthPenalty), monteCarlo);
    int steps = longest == null ? predictor.longestTarget()
        : OptionValues.inRange("--longest", longest, 1, 100_000);
    var as = input != null ? input : predictor.sides().input();
    var symbols = stored.vocabularies().get(ExampleData.INPUT);
    var tokens = symbols == null ? null : Tokens.of(symbols);
    try (var engine = Engine.of(threads)) {
      if (file == null || file.toString().equals("-")) {
        var lines = new InputLines(terminal.in(), "standard input", as, tokens);
        for (var next = lines.next(BATCH); !next.inputs().isEmpty(); next = lines.next(BATCH)) {
          answerBeforeAMistake(predictor, engine, next, steps);
        }
      } else {
        answer(predictor, engine,
            InputFile.read(terminal.path(file), as, tokens), steps);
      }
    }
    var note = predictor.note(steps);
    if (note != null) {
      terminal.err().println("unroll: " + note);
    }
    return 0;
  }

  /// Answers all, or those before the first that does not fit the model.
  private void answerBeforeAMistake(
      Predictor predictor, Engine engine, InputFile inputs, int steps) {
    try {
      answer(predictor, engine, inputs, steps);
    } catch (DataException _) { // thrown before the first answer
      for (int i = 0; i < inputs.inputs().size(); i++) {
        answer(predictor, engine, inputs.only(i), steps);
      }
    }
  }

  private void answer(Predictor predictor, Engine engine, InputFile inputs, int steps) {
    var examples = predictor.examples(inputs, steps);
    for (int from = 0; from < examples.size(); from += BATCH) {
      var some = examples.subList(from, Math.min(from + BATCH, examples.size()));
      for (var answer : predictor.predict(engine, some, steps)) {
        terminal.println(Json.write(answer));
      }
    }
  }
}
