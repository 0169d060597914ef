package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.kernel.Split;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import dev.unroll.tensor.guard.Leftovers;
import java.util.ArrayList;
import java.util.List;

/// Statistics of one step: how it changed the gradient and the parameters.
///
/// ```
/// cosine  = g · g' / (‖g‖ ‖g'‖)        g before clipping, g' after it
/// ratio_b = ‖Δθ_b‖ / ‖θ_b‖            for each block of parameters b; θ before the step
/// ```
///
/// Clipping by the norm of all gradients changes their length alone, so the cosine is 1; by value
/// or by block it turns the gradient as well. A ratio near 1e-3 is usual where a model learns well
/// (Karpathy, CS231n, "Ratio of weights:updates"): if it is far larger, steps are too large; if far
/// smaller, the block hardly learns.
///
/// Sums are taken in `double` over pieces of a fixed length, which are then added in order: the
/// same bits for any number of threads. One object serves a whole run: its values are valid until
/// the listener returns. Not thread-safe.
public final class Update {
  private static final int PIECE = 4096;

  private final float[] values;
  private final float[] gradients;
  private final float[] valuesBefore;
  private final float[] gradientsBefore;
  private final List<Block> blocks;
  private final int[] firstPiece;
  private final int[] pieceStart;
  private final Split gradientSums;
  private final Split changeSums;
  private final double[] dots;
  private final double[] beforeSquares;
  private final double[] afterSquares;
  private final double[] valueSquares;
  private final double[] changeSquares;
  private float scale;
  private long step;

  Update(Engine engine, Parameters parameters) {
    values = parameters.values();
    gradients = parameters.gradients();
    valuesBefore = new float[values.length];
    gradientsBefore = new float[values.length];
    blocks = List.copyOf(parameters.blocks());
    firstPiece = new int[blocks.size() + 1];
    pieceStart = pieces(blocks, firstPiece);
    int pieces = firstPiece[blocks.size()];
    gradientSums = engine.split(1, this::gradientSums);
    changeSums = engine.split(1, this::changeSums);
    dots = new double[pieces];
    beforeSquares = new double[pieces];
    afterSquares = new double[pieces];
    valueSquares = new double[pieces];
    changeSquares = new double[pieces];
  }

  /// The start of each piece, followed by the end of the last one; no piece crosses a block.
  private static int[] pieces(List<Block> blocks, int[] firstPiece) {
    var starts = new ArrayList<Integer>();
    int end = 0;
    for (int b = 0; b < blocks.size(); b++) {
      firstPiece[b] = starts.size();
      end = blocks.get(b).offset() + blocks.get(b).length();
      for (int start = blocks.get(b).offset(); start < end; start += PIECE) {
        starts.add(start);
      }
    }
    firstPiece[blocks.size()] = starts.size();
    starts.add(end);
    return starts.stream().mapToInt(i -> i).toArray();
  }

  /// Called before the gradients are clipped.
  void beforeClipping() {
    Leftovers.spoil(valuesBefore);
    Leftovers.spoil(dots);
    Leftovers.spoil(beforeSquares);
    Leftovers.spoil(afterSquares);
    Leftovers.spoil(valueSquares);
    Leftovers.spoil(changeSquares);
    System.arraycopy(gradients, 0, gradientsBefore, 0, gradients.length);
  }

  /// Called after they were clipped and before the parameters change.
  ///
  /// @param scale the factor that the gradients are still to be multiplied by
  void beforeStep(long step, float scale) {
    this.step = step;
    this.scale = scale;
    System.arraycopy(values, 0, valuesBefore, 0, values.length);
    gradientSums.run(dots.length);
  }

  /// Called after the parameters have changed.
  void afterStep() {
    changeSums.run(dots.length);
  }

  private void gradientSums(int from, int to) {
    for (int piece = from; piece < to; piece++) {
      double dot = 0;
      double before = 0;
      double after = 0;
      double size = 0;
      for (int i = pieceStart[piece]; i < pieceStart[piece + 1]; i++) {
        double g = gradientsBefore[i];
        double clipped = scale * gradients[i];
        dot += g * clipped;
        before += g * g;
        after += clipped * clipped;
        size += (double) values[i] * values[i];
      }
      dots[piece] = dot;
      beforeSquares[piece] = before;
      afterSquares[piece] = after;
      valueSquares[piece] = size;
    }
  }

  private void changeSums(int from, int to) {
    for (int piece = from; piece < to; piece++) {
      double sum = 0;
      for (int i = pieceStart[piece]; i < pieceStart[piece + 1]; i++) {
        double change = (double) values[i] - valuesBefore[i];
        sum += change * change;
      }
      changeSquares[piece] = sum;
    }
  }

  /// The step, from 0, over the whole run.
  public long step() {
    return step;
  }

  /// The blocks of parameters, in the order in which the other methods count them.
  public List<Block> blocks() {
    return blocks;
  }

  /// The cosine between the gradient before clipping and after it; 1 where the gradient is zero.
  public double cosine() {
    double before = sum(beforeSquares, 0, dots.length);
    double after = sum(afterSquares, 0, dots.length);
    double cosine = sum(dots, 0, dots.length) / (Math.sqrt(before) * Math.sqrt(after));
    return before > 0 && after > 0 ? Math.clamp(cosine, -1, 1) : 1;
  }

  /// ‖∂L/∂θ_b‖ of a block before clipping.
  public double gradient(int block) {
    return norm(beforeSquares, block);
  }

  /// ‖θ_b‖ of a block before the step.
  public double weight(int block) {
    return norm(valueSquares, block);
  }

  /// ‖Δθ_b‖: by how much the step changed a block, weight decay included.
  public double change(int block) {
    return norm(changeSquares, block);
  }

  /// ‖Δθ_b‖ / ‖θ_b‖; 0 if nothing changed, infinite if all was zero before.
  public double ratio(int block) {
    double change = change(block);
    return change == 0 ? 0 : change / weight(block);
  }

  private double norm(double[] squares, int block) {
    return Math.sqrt(sum(squares, firstPiece[block], firstPiece[block + 1]));
  }

  private static double sum(double[] pieces, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += pieces[i];
    }
    return sum;
  }

  /// The bytes that it takes for a model with this many parameters.
  public static long bytes(long parameters) {
    return 2L * Float.BYTES * parameters;
  }
}
