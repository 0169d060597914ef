package dev.unroll.bench.cluster;

import dev.unroll.model.loss.Score;
import dev.unroll.train.parallel.PartSum;
import dev.unroll.train.parallel.Reduction;
import java.io.IOException;
import java.util.List;

/// A reduction that notes when it begins and ends.
final class TimedReduction implements Reduction {
  private final Reduction reduction;
  private long begun;
  private long ended;

  TimedReduction(Reduction reduction) {
    this.reduction = reduction;
  }

  long begun() {
    return begun;
  }

  long ended() {
    return ended;
  }

  @Override
  public int member() {
    return reduction.member();
  }

  @Override
  public int members() {
    return reduction.members();
  }

  @Override
  public Score reduce(List<PartSum> own, float[] total) throws IOException {
    begun = System.nanoTime();
    var score = reduction.reduce(own, total);
    ended = System.nanoTime();
    return score;
  }

  @Override
  public void gather(float[] values, int shards) throws IOException {
    reduction.gather(values, shards);
  }

  @Override
  public void collect(float[][] shards) throws IOException {
    reduction.collect(shards);
  }

  @Override
  public void close() throws IOException {
    reduction.close();
  }
}
