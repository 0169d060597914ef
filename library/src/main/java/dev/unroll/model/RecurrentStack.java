package dev.unroll.model;

import dev.unroll.cell.LayerNormalized;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.Zoneout;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.Merge;
import dev.unroll.model.part.Probability;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The recurrent layers of a model, and everything that is done to them. A value, made like this:
///
/// ```
/// RecurrentStack.of(Lstm.cell(), 128).layers(2).bidirectional(Merge.CONCATENATE).dropout(0.2)
/// ```
///
/// @param cell the cell of every layer, as it is without what the rest says
/// @param sizes `H`, and the cell's further sizes
/// @param layers L
/// @param directions how two directions are merged; null for one direction
/// @param residual whether from the second layer on the input of a layer is added to its output
/// @param inputDrop dropout on the vectors of the input, a fresh mask for each step
/// @param drop dropout between and after the layers, a fresh mask for each step
/// @param masks which masks variational dropout has; null for none
/// @param maskDrop the probability of variational dropout
/// @param zoneout the probability of zoneout, 0 for none
/// @param weightDrop the probability with which an element of a matrix that multiplies a state is dropped
/// @param normalized whether all products are normalised over the layer
/// @param small α of [dev.unroll.layer.wrapper.ActivationPenalty], on what the last layer puts out
/// @param slow β of the same
/// @param learnedStart whether the states before the first step are learned; else they are zero
/// @param preservation λ of Ω, which keeps the norm of the error back in time in time (Pascanu, Mikolov
///     and Bengio 2013, arXiv 1211.5063); 0 for none
public record RecurrentStack(
    Cell cell,
    Dimensions sizes,
    int layers,
    @Nullable Merge directions,
    boolean residual,
    double inputDrop,
    double drop,
    VariationalDropout.@Nullable Masks masks,
    double maskDrop,
    double zoneout,
    double weightDrop,
    boolean normalized,
    double small,
    double slow,
    boolean learnedStart,
    double preservation) {

  /// @throws IllegalArgumentException if there is no layer, a probability is not one, or two options do not
  ///     go together
  public RecurrentStack {
    if (layers < 1) {
      throw new IllegalArgumentException(layers + " layers, expected at least 1");
    }
    Probability.require("dropout of inputs", inputDrop);
    Probability.require("dropout", drop);
    Probability.require("variational dropout", maskDrop);
    Probability.require("zoneout", zoneout);
    Probability.require("weight drop", weightDrop);
    if (learnedStart && preservation != 0) {
      throw new IllegalArgumentException("the gradient of states that start from learned values"
          + " cannot be preserved; leave learned initial states or Ω out");
    }
    if (!(small >= 0 && slow >= 0)) {
      throw new IllegalArgumentException(
          "penalties of %s and %s, expected 0 or more".formatted(small, slow));
    }
  }

  /// One layer of a cell with H hidden units.
  public static RecurrentStack of(Cell cell, int hidden) {
    return of(cell, new Dimensions(Map.of(Size.HIDDEN.name(), hidden)));
  }

  /// One layer of a cell with given sizes, H among them.
  public static RecurrentStack of(Cell cell, Dimensions sizes) {
    return new RecurrentStack(cell, sizes, 1, null, false, 0, 0, null, 0, 0, 0, false, 0, 0, false,
        0);
  }

  /// The same with another size of the cell: `P` of a projection.
  public RecurrentStack size(String name, int n) {
    var elements = new HashMap<>(sizes.elements());
    elements.put(name, n);
    return new RecurrentStack(cell, new Dimensions(elements), layers, directions, residual,
        inputDrop, drop,
        masks, maskDrop, zoneout, weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// The same with L layers.
  public RecurrentStack layers(int layers) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop,
        zoneout, weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// Each layer in both directions, with H units in each.
  public RecurrentStack bidirectional(Merge merge) {
    return new RecurrentStack(cell, sizes, layers, merge, residual, inputDrop, drop, masks,
        maskDrop, zoneout,
        weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// From the second layer on the input of a layer is added to its output.
  public RecurrentStack withResidual() {
    return new RecurrentStack(cell, sizes, layers, directions, true, inputDrop, drop, masks,
        maskDrop,
        zoneout, weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// Dropout on what the first layer reads, a fresh mask for each step.
  public RecurrentStack inputDropout(double p) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, p, drop, masks, maskDrop,
        zoneout,
        weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// Dropout between and after the layers, a fresh mask for each step (Zaremba 2014).
  public RecurrentStack dropout(double p) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, p, masks,
        maskDrop,
        zoneout, weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// Dropout of inputs and states in every layer with one mask for the sequence (Gal 2016).
  ///
  /// @param masks null for those that the cell names itself
  public RecurrentStack variational(double p, VariationalDropout.@Nullable Masks masks) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks, p,
        zoneout,
        weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// States that keep their value with probability p (Krueger 2016).
  public RecurrentStack zoneout(double p) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop, p,
        weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// Elements of the matrices that multiply states dropped, once a sequence (Merity 2017).
  public RecurrentStack weightDrop(double p) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop,
        zoneout, p, normalized, small, slow, learnedStart, preservation);
  }

  /// Every product normalised over the layer (Ba 2016).
  public RecurrentStack layerNormalized() {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop,
        zoneout, weightDrop, true, small, slow, learnedStart, preservation);
  }

  /// Activation (α) and temporal activation (β) regularisation (Merity 2017).
  public RecurrentStack activationPenalty(double small, double slow) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop,
        zoneout, weightDrop, normalized, small, slow, learnedStart, preservation);
  }

  /// States that start from learned vectors instead of zero. Of a decoder only where its vector does not
  /// start them.
  public RecurrentStack withLearnedStart() {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop,
        zoneout, weightDrop, normalized, small, slow, true, preservation);
  }

  /// The regulariser Ω of Pascanu 2013 with weight λ, for cells of the form `h' = φ(W x + U h + b)`.
  public RecurrentStack preserveGradients(double lambda) {
    return new RecurrentStack(cell, sizes, layers, directions, residual, inputDrop, drop, masks,
        maskDrop,
        zoneout, weightDrop, normalized, small, slow, learnedStart, lambda);
  }

  /// H.
  public int hidden() {
    return sizes.of(Size.HIDDEN);
  }

  /// The size of what one direction of a layer puts out.
  public int outputSize() {
    var output = cell.shapes().output();
    boolean isHidden = output.equals(Size.ONE) || output.equals(Size.INPUT);
    return isHidden ? hidden() : sizes.of(output);
  }

  /// The cell as the layers run it.
  public Cell rewritten() {
    var rewritten = normalized ? LayerNormalized.of(cell) : cell;
    rewritten = masks == null ? rewritten : VariationalDropout.of(rewritten, masks);
    rewritten = zoneout == 0 ? rewritten : Zoneout.of(rewritten);
    return learnedStart ? Restart.of(rewritten, true) : rewritten;
  }
}
