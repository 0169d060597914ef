package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.train.TrainingListener.Update;
import java.util.ArrayList;
import java.util.List;

/// The sums of an [Update].
///
/// They are taken in `double` over pieces of a fixed length, which are then added in order: the
/// same bits for any number of threads. Not thread-safe.
final class UpdateNorms implements Update {
  private static final int PIECE = 4096;

  private final float[] values;
  private final float[] gradients;
  private final float[] valuesBefore;
  private final float[] gradientsBefore;
  private final List<Block> blocks;
  private final int[] firstPiece;
  private final int[] pieceStart;
  private final WorkSplit gradientSums;
  private final WorkSplit changeSums;
  private final double[] dots;
  private final double[] beforeSquares;
  private final double[] afterSquares;
  private final double[] valueSquares;
  private final double[] changeSquares;
  private float scale;
  private long step;

  UpdateNorms(Engine engine, Parameters parameters) {
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

  @Override
  public long step() {
    return step;
  }

  @Override
  public List<Block> blocks() {
    return blocks;
  }

  @Override
  public double cosine() {
    double before = sum(beforeSquares, 0, dots.length);
    double after = sum(afterSquares, 0, dots.length);
    double cosine = sum(dots, 0, dots.length) / (Math.sqrt(before) * Math.sqrt(after));
    return before > 0 && after > 0 ? Math.clamp(cosine, -1, 1) : 1;
  }

  @Override
  public double gradient(int block) {
    return norm(beforeSquares, block);
  }

  @Override
  public double weight(int block) {
    return norm(valueSquares, block);
  }

  @Override
  public double change(int block) {
    return norm(changeSquares, block);
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
}
