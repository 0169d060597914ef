package dev.unroll.app.command;

import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.Sides;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Size;
import dev.unroll.format.FormatException;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.text.TextCoding;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a trained model has of what an option says, in the words of the command line.
record ModelSettings(ModelFile file) {
  private static final String NONE = "none";

  /// The value that an option would have for this model.
  ///
  /// @throws AssertionError if the option says nothing of a model
  String of(String option) throws FormatException {
    var architecture = file.model().architecture();
    var anatomy = Anatomy.of(architecture);
    var body = anatomy.body();
    var reads = architecture instanceof EncoderDecoder.Parts p ? p.encoder() : body;
    var inputs = anatomy.inputs();
    return word(switch (option) {
      case "--preset" -> anatomy.layers();
      case "--cell" -> body.cell().name();
      case "--hidden" -> body.hidden();
      case "--size" -> sizes(body);
      case "--layers" -> body.layers();
      case "--embedding" -> inputs.symbols() > 0 ? inputs.size() : null;
      case "--dropout" -> body.dropout();
      case "--variational" -> body.variationalDropout();
      case "--init" -> "trained weights";
      case "--residual" -> body.isResidual();
      case "--untied" -> body.variationalMasks() == Masks.UNTIED;
      case "--zoneout" -> body.zoneout();
      case "--weight-drop" -> body.weightDrop();
      case "--activation-penalty" -> body.activationPenalty();
      case "--temporal-penalty" -> body.temporalPenalty();
      case "--preserve-gradients" -> body.gradientPreservation();
      case "--layer-norm" -> body.isLayerNormalized();
      case "--tied" -> anatomy.outputs().tied();
      case "--tokens" -> TextCoding.of(file).unit();
      case "--merges", "--min-count" -> symbols(inputs.tokens());
      case "--structure" -> anatomy.kind();
      case "--bidirectional" -> reads.directions() != null;
      case "--merge" -> reads.directions();
      case "--learned-start" -> reads.hasLearnedStart();
      case "--input-dropout" -> inputs.symbols() > 0 ? inputs.drop() : reads.inputDropout();
      case "--pooling" -> architecture instanceof SequenceToVector.Parts p ? p.pooling() : null;
      case "--feeding" -> switch (architecture) {
        case VectorToSequence.Parts p -> p.feeding();
        case EncoderDecoder.Parts p -> p.feeding();
        default -> null;
      };
      case "--attention" -> architecture instanceof EncoderDecoder.Parts p ? p.attention() : null;
      case "--input-feeding" -> architecture instanceof EncoderDecoder.Parts p && p.inputFeeding();
      case "--loss" -> anatomy.outputs().loss();
      case "--scale" -> inputs.scaling() == null && anatomy.outputs().scaling() == null ? null
          : "a scaling of its own";
      case "--input" -> Sides.of(file).input();
      case "--target" -> Sides.of(file).target();
      default -> throw new AssertionError(option);
    });
  }

  /// Whether the cell has the same equations, whatever it is called and its weights start with.
  boolean has(Cell cell) {
    return equations(cell).equals(equations(Anatomy.of(file.model().architecture()).body().cell()));
  }

  private static String equations(Cell cell) {
    return new Cell(cell.name(), cell.equations(), cell.output(), cell.sizes(),
        new LinkedHashMap<>(), cell.starts(), cell.heads()).toString();
  }

  /// The sizes but for `H`, as `--size` says them.
  private static @Nullable String sizes(RecurrentStack body) {
    var sizes = new TreeMap<>(body.sizes().elements());
    sizes.remove(Size.HIDDEN.name());
    return sizes.isEmpty() ? null
        : sizes.entrySet().stream().map(size -> size.getKey() + "=" + size.getValue())
            .collect(Collectors.joining(", "));
  }

  private static String symbols(@Nullable Tokens tokens) {
    return tokens == null ? "no symbols that are named" : "its %d symbols".formatted(tokens.size());
  }

  /// A value as it is written on the command line.
  static String word(@Nullable Object value) {
    return value == null ? NONE
        : value instanceof Enum<?> ? value.toString().toLowerCase(Locale.ROOT).replace('_', '-')
            : value.toString();
  }
}
