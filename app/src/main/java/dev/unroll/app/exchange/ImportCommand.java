package dev.unroll.app.exchange;

import dev.unroll.app.console.EnumWords;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.TextSource;
import dev.unroll.app.exchange.ForeignFile.Unsaid;
import dev.unroll.app.run.NewRun;
import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.NetworkModel;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.NetworkModel.Wishes;
import dev.unroll.format.file.Printable;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll import`: a model of ours from weights of another program.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Makes a model of weights that were trained elsewhere: of a checkpoint of PyTorch (.pt, .pth,"
          + " safetensors, TorchScript), a file of Keras (.keras, .h5), a folder of TensorFlow's"
          + " variables (manifest.json) or an ONNX file that is a chain of an embedding, RNN, GRU "
          + "or"
          + " LSTM layers and an output layer. Prints where each parameter comes from. Nothing in"
          + " the file is executed.",
      "Any other ONNX file runs as it is: unroll onnx run."
    },
    footer = {
      "",
      "Examples:",
      "  unroll import lstm.pt --list",
      "  unroll import gestures.pt --labels labels.txt",
      "  unroll import gestures.keras",
      "  unroll import charrnn.safetensors --vocabulary vocab.json",
      "  unroll import checkpoint.pth --prefix module.encoder --structure sequence-to-sequence"
    })
public final class ImportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "FILE", description = "The weights.")
  private Path file = Path.of("");

  @Option(
      names = "--list",
      description = "Only print what is in the file: the name, type and shape of each tensor, and"
          + " the nodes of an ONNX graph.")
  private boolean list;

  @Option(
      names = "--structure",
      paramLabel = "NAME",
      converter = FormWords.class,
      completionCandidates = FormWords.class,
      description = "${COMPLETION-CANDIDATES}. Default: a language model if it puts out as many"
          + " numbers as it reads symbols, else sequence-to-vector.")
  private @Nullable Form form;

  @Option(
      names = "--pooling",
      paramLabel = "NAME",
      converter = PoolingWords.class,
      completionCandidates = PoolingWords.class,
      description = "Of sequence-to-vector: last, mean or max. Default: what the file says, else"
          + " last, the state after the last step.")
  private @Nullable Pooling pooling;

  @Option(
      names = "--outputs",
      paramLabel = "KIND",
      converter = KindWords.class,
      completionCandidates = KindWords.class,
      description = "What the outputs are: ${COMPLETION-CANDIDATES}. Default: what the file"
          + " says, else classes, or numbers if there is one.")
  private @Nullable Kind outputs;

  @Option(
      names = "--vocabulary",
      paramLabel = "FILE",
      description = "The symbols that are read: JSON, an array of texts or an object from texts to"
          + " numbers, or a symbol a line.")
  private @Nullable Path vocabulary;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The classes, likewise.")
  private @Nullable Path labels;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description = "The part of a checkpoint of PyTorch that has the weights, such as ema."
          + " Default: the state dict is found.")
  private @Nullable String part;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "Take only what lies under a prefix.")
  private @Nullable String prefix;

  @Option(
      names = "--leave-out",
      paramLabel = "NAME",
      description = "Leave a tensor out, what lies under a prefix, or a layer of Keras; may be"
          + " repeated.")
  private List<String> leftOut = new ArrayList<>();

  @Option(
      names = "--relu",
      description = "An nn.RNN has nonlinearity='relu', which weights do not say. Default: tanh.")
  private boolean rectified;

  @Option(
      names = "--recurrent-activation",
      paramLabel = "NAME",
      description = "Of LSTM and GRU layers in files of Keras that have weights alone: sigmoid,"
          + " hard_sigmoid … Default: that of the version that wrote the file.")
  private @Nullable String gate;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "A new folder for the model. Default: runs/NAME-N with the next free N.")
  private @Nullable Path out;

  /// What the outputs are.
  enum Kind {
    CLASSES, NUMBERS, BITS
  }

  static final class KindWords extends EnumWords<Kind> {
    KindWords() {
      super(Kind.class);
    }
  }

  static final class FormWords extends EnumWords<Form> {
    FormWords() {
      super(Form.class);
    }
  }

  static final class PoolingWords extends EnumWords<Pooling> {
    PoolingWords() {
      super(Pooling.class);
    }
  }

  public ImportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (pooling == Pooling.ATTENTION) {
      throw new IllegalArgumentException(
          "--pooling attention has weights of its own, which no other program has; choose last,"
              + " mean or max");
    }
    if (list) {
      requireOnlyList();
    }
    var weights = ForeignFile.read(terminal.path(file), part, prefix, leftOut);
    terminal.println(Printable.of(weights.title()));
    if (list) {
      weights.listed().forEach(line -> terminal.println(Printable.of(line)));
      return 0;
    }
    var network = weights.network(new Unsaid(rectified, gate));
    var made = NetworkModel.of(network, wishes(network));
    for (var transfer : made.transfers()) {
      terminal.println("  " + Printable.of(transfer.toString()));
    }
    made.remarks().forEach(remark -> terminal.println(Printable.of(remark)));
    terminal.println(made.model().toString());
    var name = new TextSource(file.toString(), "").name();
    try (var place = NewRun.claim(out, terminal, name)) {
      ModelFile.write(place.folder().resolve(TrainingSession.MODEL), made.model(),
          provenance(weights, made.transfers()));
      terminal.println("wrote " + place.folder().resolve(TrainingSession.MODEL));
    }
    terminal.flush();
    return 0;
  }

  private void requireOnlyList() {
    var given = new LinkedHashMap<String, @Nullable Object>();
    given.put("--structure", form);
    given.put("--pooling", pooling);
    given.put("--outputs", outputs);
    given.put("--vocabulary", vocabulary);
    given.put("--labels", labels);
    given.put("--relu", rectified ? true : null);
    given.put("--recurrent-activation", gate);
    given.put("--out", out);
    given.forEach((option, value) -> {
      if (value != null) {
        throw new IllegalArgumentException(
            "%s has no use with --list, which makes no model; leave one of them out"
                .formatted(option));
      }
    });
  }

  /// Refuses what the structure has no use for.
  private void requireUsed(Form chosen) {
    var structure = chosen.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (pooling != null && chosen != Form.SEQUENCE_TO_VECTOR) {
      throw new IllegalArgumentException(
          ("--pooling makes one answer of all steps, but a %s answers at each step; leave it out,"
              + " or give --structure sequence-to-vector").formatted(structure));
    }
    if (chosen == Form.LANGUAGE_MODEL && labels != null) {
      throw new IllegalArgumentException(
          "--labels has no use for a language-model, whose classes are the symbols that it reads;"
              + " name them with --vocabulary");
    }
    if (chosen == Form.LANGUAGE_MODEL && outputs != null && outputs != Kind.CLASSES) {
      throw new IllegalArgumentException(
          "--outputs %s has no use for a language-model, whose outputs are classes; leave it out"
              .formatted(outputs.name().toLowerCase(Locale.ROOT)));
    }
  }

  private static SequencedMap<String, Object> provenance(ForeignFile weights,
      List<Transfer> transfers) {
    var origin = new LinkedHashMap<String, Object>();
    origin.put("source", weights.source());
    origin.put("kind", weights.kind());
    origin.put("tensors", transfers.stream().map(Transfer::toString).toList());
    var provenance = new LinkedHashMap<String, Object>();
    provenance.put("imported", origin);
    return provenance;
  }

  private Wishes wishes(ForeignNetwork network) throws IOException {
    var table = network.embedding();
    var dense = network.output();
    int n = dense == null ? network.layers().getLast().outputs() : dense.v().rows();
    boolean predictsSymbols = table != null && dense != null && n == table.rows()
        && network.layers().getFirst().directions().size() == 1 && outputs == null
        && labels == null
        && (network.labels() == null
            || Objects.equals(network.labels(), network.vocabulary()));
    var said = network.form();
    var chosen = form != null ? form
        : predictsSymbols && said != Form.SEQUENCE_TO_VECTOR ? Form.LANGUAGE_MODEL
            : said != null ? said : Form.SEQUENCE_TO_VECTOR;
    var kind = outputs == null ? null : switch (outputs) {
      case CLASSES -> Outputs.classes(n);
      case NUMBERS -> Outputs.numbers(n);
      case BITS -> Outputs.bits(n);
    };
    if (vocabulary != null && table == null) {
      throw new IllegalArgumentException(
          "--vocabulary %s: the model reads vectors, not symbols; leave it out"
              .formatted(vocabulary));
    }
    requireUsed(chosen);
    if (form == null) {
      terminal.println("taken to be a %s (--structure)".formatted(
          chosen.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }
    return new Wishes(chosen, pooling, kind, tokens(vocabulary), tokens(labels));
  }

  private @Nullable Tokens tokens(@Nullable Path file) throws IOException {
    if (file == null) {
      return null;
    }
    var symbols = SymbolFile.read(terminal.path(file));
    var mended = LostLetters.mended(symbols);
    if (!mended.equals(symbols)) {
      terminal
          .println("%s has lost the letters u and U, as the vocabularies of ml5 have; they are the"
              .formatted(file)
              + " symbols %d and %d".formatted(mended.indexOf("u"),
                  mended.indexOf("U")));
    }
    try {
      return Tokens.of(mended);
    } catch (DataException e) {
      throw new DataException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
