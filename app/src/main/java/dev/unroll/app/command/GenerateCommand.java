package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.Opening;
import dev.unroll.app.run.RunFolder;
import dev.unroll.model.Generator;
import dev.unroll.model.Sampling;
import dev.unroll.task.TaskFile;
import dev.unroll.train.text.TextCoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll generate`: text from a model, shown as it is generated.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Generates text from a trained model.",
    footer = {
      "",
      "Examples:",
      "  unroll generate",
      "  unroll generate --prompt 'ROMEO:' --temperature 0.7",
      "  unroll generate runs/shakespeare-2 --length 2000 --seed 7 > play.txt"
    })
public final class GenerateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run. Default: the newest run under runs.")
  private @Nullable Path model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the text begins with. Default: it begins on a new line.")
  private String prompt = "";

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Symbols to write: characters, or what the model was trained by. Default: "
          + "${DEFAULT-VALUE}.")
  private int length = 1_000;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Below 1 keeps to what is likely, 0 always takes the likeliest."
          + " Default: ${DEFAULT-VALUE}.")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest symbols; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the likeliest symbols that have this probability together."
          + " Default: ${DEFAULT-VALUE}.")
  private double topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed gives the same text. Default: another text each time.")
  private @Nullable Long seed;

  @Mixin
  private DumpOption dump = new DumpOption();

  public GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    OptionValues.inRange("--length", length, 0, Integer.MAX_VALUE);
    OptionValues.inRange("--temperature", temperature, 0, 100);
    OptionValues.inRange("--top-k", topK, 0, Integer.MAX_VALUE);
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "--top-p is %s, expected a probability above 0 and up to 1".formatted(topP));
    }
    var sampling = new Sampling(temperature, topK, topP);
    var file = FiniteModel.read(RunFolder.model(terminal.folder(), model));
    var task = TaskFile.of(file);
    if (task.isPresent()) {
      throw new IllegalArgumentException(
          "%s is a model of unroll train %s, which answers inputs; use unroll predict".formatted(
              file.source(), task.get().task()));
    }
    var language = file.languageModel();
    var coding = TextCoding.of(file);
    var symbols = Opening.of(coding, prompt);
    long drawn = seed == null ? System.nanoTime() : seed;
    try (var engine = Engine.of(1)) {
      var generator = new Generator(language, engine, sampling, drawn, symbols);
      terminal.out().print(prompt);
      var decoder = coding.decoder();
      for (int i = 0; i < length; i++) {
        terminal.out().print(decoder.next(generator.next()));
        terminal.flush();
      }
      terminal.out().print(decoder.end());
      terminal.println("");
    }
    return 0;
  }
}
