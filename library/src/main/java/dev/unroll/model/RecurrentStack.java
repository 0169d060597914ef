package dev.unroll.model;

import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.rewrite.LayerNormalized;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.Merge;
import dev.unroll.model.part.Probability;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The recurrent layers of a model and their regularization. A value, made like this:
///
/// ```
/// RecurrentStack.of(Lstm.cell(), 128).layers(2).bidirectional(Merge.CONCATENATE).dropout(0.2)
/// ```
///
/// Immutable. All probabilities are from 0 up to but not 1.
public final class RecurrentStack {
  private final Cell cell;
  private final Dimensions sizes;
  private int layers = 1;
  private @Nullable Merge directions;
  private boolean residual;
  private double inputDropout;
  private double dropout;
  private VariationalDropout.@Nullable Masks variationalMasks;
  private double variationalDropout;
  private double zoneout;
  private double weightDrop;
  private boolean layerNormalized;
  private double activationPenalty;
  private double temporalPenalty;
  private boolean learnedStart;
  private double gradientPreservation;

  private RecurrentStack(Cell cell, Dimensions sizes) {
    this.cell = cell;
    this.sizes = sizes;
  }

  /// One layer of a cell with H hidden units.
  public static RecurrentStack of(Cell cell, int hidden) {
    return of(cell, new Dimensions(Map.of(Size.HIDDEN.name(), hidden)));
  }

  /// One layer of a cell with given sizes, H among them.
  public static RecurrentStack of(Cell cell, Dimensions sizes) {
    return new RecurrentStack(cell, sizes);
  }

  /// The same settings for layers of another cell.
  RecurrentStack cell(Cell cell, Dimensions sizes) {
    var copy = new RecurrentStack(cell, sizes);
    copy.layers = layers;
    copy.directions = directions;
    copy.residual = residual;
    copy.inputDropout = inputDropout;
    copy.dropout = dropout;
    copy.variationalMasks = variationalMasks;
    copy.variationalDropout = variationalDropout;
    copy.zoneout = zoneout;
    copy.weightDrop = weightDrop;
    copy.layerNormalized = layerNormalized;
    copy.activationPenalty = activationPenalty;
    copy.temporalPenalty = temporalPenalty;
    copy.learnedStart = learnedStart;
    copy.gradientPreservation = gradientPreservation;
    return copy;
  }

  /// A copy with one change, which is made before the copy is published.
  private RecurrentStack with(Consumer<RecurrentStack> change) {
    var copy = cell(cell, sizes);
    change.accept(copy);
    if (copy.startsLearned() && copy.gradientPreservation != 0) {
      throw new IllegalArgumentException("the gradient of states that start from learned values"
          + " cannot be preserved; leave learned initial states or Ω out");
    }
    return copy;
  }

  private static double requirePenalty(String what, double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException("%s is %s, expected 0 or more".formatted(what, weight));
    }
    return weight;
  }

  /// The same with another size of the cell: `P` of a projection.
  public RecurrentStack size(String name, int n) {
    var elements = new HashMap<>(sizes.elements());
    elements.put(name, n);
    return cell(cell, new Dimensions(elements));
  }

  /// The same with L layers.
  ///
  /// @throws IllegalArgumentException if there is none
  public RecurrentStack layers(int layers) {
    if (layers < 1) {
      throw new IllegalArgumentException(layers + " layers, expected at least 1");
    }
    return with(copy -> copy.layers = layers);
  }

  /// Each layer in both directions, with H units in each.
  public RecurrentStack bidirectional(Merge merge) {
    return with(copy -> copy.directions = merge);
  }

  /// Adds the input of each layer from the second on to its output.
  public RecurrentStack residual() {
    return with(copy -> copy.residual = true);
  }

  /// Dropout on what the first layer reads, a fresh mask for each step.
  ///
  /// @throws IllegalArgumentException if p is no such probability
  public RecurrentStack inputDropout(double p) {
    return with(copy -> copy.inputDropout = Probability.require("dropout of inputs", p));
  }

  /// Dropout between and after the layers, a fresh mask for each step (Zaremba et al. 2014, arXiv
  /// 1409.2329).
  ///
  /// @throws IllegalArgumentException if p is no such probability
  public RecurrentStack dropout(double p) {
    return with(copy -> copy.dropout = Probability.require("dropout", p));
  }

  /// Dropout of inputs and states in every layer with one mask for the sequence (Gal and Ghahramani
  /// 2016, arXiv 1512.05287).
  ///
  /// @param masks null for those that the cell names itself
  /// @throws IllegalArgumentException if p is no such probability
  public RecurrentStack variational(double p, VariationalDropout.@Nullable Masks masks) {
    Probability.require("variational dropout", p);
    return with(copy -> {
      copy.variationalMasks = masks;
      copy.variationalDropout = p;
    });
  }

  /// States that keep their value with probability p (Krueger et al. 2016, arXiv 1606.01305).
  ///
  /// @throws IllegalArgumentException if p is no such probability
  public RecurrentStack zoneout(double p) {
    return with(copy -> copy.zoneout = Probability.require("zoneout", p));
  }

  /// Elements of the matrices that multiply states dropped with probability p, once a sequence
  /// (Merity et al. 2017, arXiv 1708.02182).
  ///
  /// @throws IllegalArgumentException if p is no such probability
  public RecurrentStack weightDrop(double p) {
    return with(copy -> copy.weightDrop = Probability.require("weight drop", p));
  }

  /// Every product normalized over the layer (Ba et al. 2016, arXiv 1607.06450).
  public RecurrentStack layerNormalized() {
    return with(copy -> copy.layerNormalized = true);
  }

  /// Activation regularization (AR) of the output of the last layer (Merity et al. 2017, arXiv
  /// 1708.01009).
  ///
  /// @param alpha its weight α
  /// @throws IllegalArgumentException if it is negative
  public RecurrentStack activationPenalty(double alpha) {
    return with(copy -> copy.activationPenalty = requirePenalty("activation penalty", alpha));
  }

  /// Temporal activation regularization (TAR): of the change from step to step.
  ///
  /// @param beta its weight β
  /// @throws IllegalArgumentException if it is negative
  public RecurrentStack temporalPenalty(double beta) {
    return with(copy -> copy.temporalPenalty = requirePenalty("temporal penalty", beta));
  }

  /// States that start from learned vectors instead of zero. In a decoder only if its input vector
  /// does not start them.
  ///
  /// @throws IllegalArgumentException if gradients are preserved
  public RecurrentStack learnedStart() {
    return with(copy -> copy.learnedStart = true);
  }

  /// The regularizer Ω, which keeps the norm of the error that flows back in time (Pascanu, Mikolov
  /// and Bengio 2013, arXiv 1211.5063), for cells of the form `h' = φ(W x + U h + b)`.
  ///
  /// @param lambda its weight λ, 0 for none
  /// @throws IllegalArgumentException if initial states are learned
  public RecurrentStack preserveGradients(double lambda) {
    return with(copy -> copy.gradientPreservation = lambda);
  }

  /// The cell of every layer, without dropout or other changes.
  public Cell cell() {
    return cell;
  }

  /// `H`, and the cell's further sizes.
  public Dimensions sizes() {
    return sizes;
  }

  /// L.
  public int layers() {
    return layers;
  }

  /// How two directions are merged; null for one direction.
  public @Nullable Merge directions() {
    return directions;
  }

  /// Whether the input of each layer from the second on is added to its output.
  public boolean isResidual() {
    return residual;
  }

  /// The probability of dropout on what the first layer reads.
  public double inputDropout() {
    return inputDropout;
  }

  /// The probability of dropout between and after the layers.
  public double dropout() {
    return dropout;
  }

  /// The masks of variational dropout; null for those that the cell names itself.
  public VariationalDropout.@Nullable Masks variationalMasks() {
    return variationalMasks;
  }

  /// The probability of variational dropout.
  public double variationalDropout() {
    return variationalDropout;
  }

  /// The probability of zoneout.
  public double zoneout() {
    return zoneout;
  }

  /// The probability with which an element of a matrix that multiplies a state is dropped.
  public double weightDrop() {
    return weightDrop;
  }

  /// Whether all products are normalized over the layer.
  public boolean isLayerNormalized() {
    return layerNormalized;
  }

  /// α of AR.
  public double activationPenalty() {
    return activationPenalty;
  }

  /// β of TAR.
  public double temporalPenalty() {
    return temporalPenalty;
  }

  /// Whether the states before the first step are learned; else they are zero.
  public boolean hasLearnedStart() {
    return learnedStart;
  }

  /// λ of Ω.
  public double gradientPreservation() {
    return gradientPreservation;
  }

  /// H.
  public int hidden() {
    return sizes.of(Size.HIDDEN);
  }

  /// The output size of one direction of a layer.
  public int outputSize() {
    var output = cell.shapes().output();
    boolean isHidden = output.equals(Size.ONE) || output.equals(Size.INPUT);
    return isHidden ? hidden() : sizes.of(output);
  }

  /// The cell as the layers run it.
  public Cell rewritten() {
    var rewritten = layerNormalized ? LayerNormalized.of(cell) : cell;
    rewritten = variationalMasks == null ? rewritten
        : VariationalDropout.of(rewritten, variationalMasks);
    rewritten = zoneout == 0 ? rewritten : Zoneout.of(rewritten);
    return learnedStart ? Restart.of(rewritten, true) : Restart.learning(rewritten);
  }

  /// Whether states start from parameters: by [#learnedStart], or since the cell says so.
  public boolean startsLearned() {
    return learnedStart || Restart.startsLearned(cell);
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(cell, sizes, layers, directions, residual, inputDropout, dropout,
        variationalMasks, variationalDropout, zoneout, weightDrop, layerNormalized,
        activationPenalty, temporalPenalty, learnedStart, gradientPreservation);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecurrentStack it && values().equals(it.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /// The cell, H, L and the regularization.
  @Override
  public String toString() {
    var text = new StringBuilder("%s, H %d, L %d".formatted(cell.name(), hidden(), layers));
    append(text, directions != null, "bidirectional");
    append(text, residual, "residual");
    append(text, inputDropout > 0, "input dropout " + inputDropout);
    append(text, dropout > 0, "dropout " + dropout);
    append(text, variationalDropout > 0, "variational dropout " + variationalDropout);
    append(text, zoneout > 0, "zoneout " + zoneout);
    append(text, weightDrop > 0, "weight drop " + weightDrop);
    append(text, layerNormalized, "layer normalized");
    append(text, activationPenalty > 0, "AR " + activationPenalty);
    append(text, temporalPenalty > 0, "TAR " + temporalPenalty);
    append(text, learnedStart, "learned initial states");
    append(text, gradientPreservation != 0, "Ω " + gradientPreservation);
    return text.toString();
  }

  private static void append(StringBuilder text, boolean applies, String what) {
    if (applies) {
      text.append(", ").append(what);
    }
  }
}
