package dev.unroll.app.onnx;

import dev.unroll.Engine;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.format.file.Printable;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll onnx run`: runs a model once on arrays from files.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a model on arrays of NumPy (.npy) or tensors of ONNX (.pb), and writes each"
          + " output as an array of NumPy.",
      "",
      "With --chunk it is run chunk by chunk: inputs are divided along an axis, and outputs put"
          + " together along the same one; of an output without it that of the last chunk is kept."
          + " With --state outputs that are states go into their inputs at the next chunk; the "
          + "first are zeros unless --input gives them."
    },
    footer = {
      "",
      "Examples:",
      "  unroll onnx run model.onnx --input x=x.npy --output out",
      "  unroll onnx run silero_vad.onnx --input input=audio.npy --input sr=rate.npy --chunk 512"
          + " --context 64 --state --output out",
      "  unroll onnx run dtln_1.onnx --input input_2=frames.npy --chunk 1 --axis 1 --state "
          + "input_3=tf_op_layer_stack_2"
    })
final class OnnxRunCommand implements Callable<Integer> {
  /// The option `--state` without a pair.
  private static final String ALONE = "=";

  /// File systems allow 255 bytes.
  private static final int LONGEST = 200;

  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE",
      description = "A file for an input; once for each input.")
  private Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the outputs are written, a file NAME.npy each, all or none; without it "
          + "they are only described.")
  private Path folder;

  @Option(
      names = "--weights",
      paramLabel = "P",
      description = "float32, bfloat16 or int8: how recurrent operators, MatMul, Gemm and Conv "
          + "have their weights. Default: float32.")
  private String weights = Precision.FLOAT32.toString();

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Divide the inputs that have room for it into chunks of N entries.")
  private @Nullable Integer chunk;

  @Option(
      names = "--axis",
      paramLabel = "K",
      description = "The axis of the chunks, from 0. Default: the one that the model calls time,"
          + " steps, frames or sequence.")
  private @Nullable Integer axis;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Before each chunk read the last N entries of the one before again, zeros "
          + "before the first.")
  private int context;

  @Option(
      names = "--pad",
      description = "Fill the last chunk up with zeros; without it, it is shorter.")
  private boolean pad;

  @Option(
      names = "--state",
      paramLabel = "IN=OUT",
      arity = "0..1",
      fallbackValue = ALONE,
      description = "Carry states: the input and the output of one, repeatable; alone, those that"
          + " the model shows (unroll onnx info).")
  private List<String> states = new ArrayList<>();

  OnnxRunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (chunk != null) {
      OptionValues.inRange("--chunk", chunk, 1, 1 << 30);
    }
    if (axis != null) {
      OptionValues.inRange("--axis", axis, 0, 64);
    }
    OptionValues.inRange("--context", context, 0, 1 << 24);
    if (chunk == null && (axis != null || context > 0 || pad)) {
      throw new IllegalArgumentException((pad ? "--pad" : axis == null ? "--context" : "--axis")
          + " is for chunks; give their length by --chunk");
    }
    var loaded = OnnxModel.load(terminal.path(model), Engine.of(1), Precision.of(weights));
    var given = new LinkedHashMap<String, OnnxTensor>();
    for (var input : inputs.entrySet()) {
      given.put(input.getKey(), OnnxTensor.read(terminal.path(input.getValue())));
    }
    var ran = new ChunkedRun(loaded, states(loaded), axis == null ? -1 : axis,
        chunk == null ? 0 : chunk, context, pad).run(given);
    var outputs = ran.all();
    var files = folder == null ? Map.<String, Path>of() : files(outputs.keySet());
    if (folder != null) {
      Files.createDirectories(terminal.path(folder));
      var arrays = new LinkedHashMap<Path, OnnxTensor>();
      outputs.forEach((name, array) -> arrays.put(files.get(name), array));
      OnnxTensor.write(arrays);
    }
    for (var output : outputs.entrySet()) {
      terminal.println(Printable.of("%s %s%s%s".formatted(output.getKey(), output.getValue(),
          ran.ofLast().contains(output.getKey()) ? ", of the last chunk" : "",
          folder == null ? "" : ", in " + files.get(output.getKey()))));
    }
    terminal.flush();
    return 0;
  }

  /// The states that are carried; none without the option.
  private SequencedMap<String, String> states(OnnxModel loaded) {
    var pairs = new LinkedHashMap<String, String>();
    for (var state : states) {
      int equals = state.indexOf('=');
      if (!state.equals(ALONE) && equals < 1) {
        throw new IllegalArgumentException(
            ("--state %s, expected an input and its output, IN=OUT, or nothing; the model stands "
                + "first")
                .formatted(state));
      }
      if (state.equals(ALONE)) {
        var shown = loaded.states();
        shown.forEach((input, output) -> add(pairs, input, output));
        if (shown.isEmpty()) {
          throw new IllegalArgumentException(
              ("no output of the model is seen to go into an input; name the pairs by --state "
                  + "IN=OUT: inputs are %s, outputs %s")
                  .formatted(loaded.inputs(), loaded.outputs()));
        }
      } else {
        add(pairs, state.substring(0, equals), state.substring(equals + 1));
      }
    }
    return pairs;
  }

  private static void add(Map<String, String> pairs, String input, String output) {
    var before = pairs.putIfAbsent(input, output);
    if (before != null) {
      throw new IllegalArgumentException(
          "--state %s is given more than once, with %s and %s; give it once (alone, --state has all"
              .formatted(input, before, output) + " that the model shows)");
    }
  }

  /// The file of each output.
  private Map<String, Path> files(Collection<String> outputs) throws IOException {
    var files = new LinkedHashMap<String, Path>();
    for (var name : fileNames(outputs).entrySet()) {
      var file = terminal.path(folder).resolve(name.getValue());
      WrittenFile.requireOther(file, terminal.path(model), "the model");
      for (var input : inputs.entrySet()) {
        WrittenFile.requireOther(file, terminal.path(input.getValue()), "input " + input.getKey());
      }
      files.put(name.getKey(), file);
    }
    return files;
  }

  /// A file name for each output. Names of outputs may have slashes and worse; the file lies in the
  /// folder whatever they are. Those that would share a file, also where case does not tell names
  /// apart, are numbered; a name that can stay as it is goes first.
  static Map<String, String> fileNames(Collection<String> outputs) {
    var names = new HashMap<String, String>();
    var taken = new HashSet<String>();
    for (boolean asItIs : new boolean[] {true, false}) {
      for (var output : outputs) {
        var plain = output.replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^\\.+", "_");
        if (plain.length() > LONGEST) {
          plain = plain.substring(0, LONGEST);
        }
        if (names.containsKey(output) || asItIs && !plain.equals(output)) {
          continue;
        }
        var name = plain;
        for (int n = 2; !taken.add(name.toLowerCase(Locale.ROOT)); n++) {
          name = plain + "-" + n;
        }
        names.put(output, name + ".npy");
      }
    }
    return names;
  }
}
