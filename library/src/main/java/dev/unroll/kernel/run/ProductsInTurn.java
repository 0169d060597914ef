package dev.unroll.kernel.run;

import java.util.ArrayList;
import java.util.List;

/// Products that follow one another in a step of few samples, read in turns: a part of the weights
/// of each, then the next part. At the end of a step the caches hold the last parts of all of them,
/// with which the next step, which passes the other way, begins (decision 15). The bits are those
/// of one product after the other.
final class ProductsInTurn implements StageRunner {
  /// The floats of a part, 256 KB: small compared with the caches that it should stay in.
  private static final int PART = 1 << 16;

  /// The limit in floats, 4 MB: beyond it, too few are still in the second-level cache for a gain.
  private static final long MOST = 1 << 20;

  /// The number of samples from which reading the weights no longer dominates, so there is no gain.
  private static final int MANY_SAMPLES = 4;

  private final List<Product> products;
  private final int parts;

  private ProductsInTurn(List<Product> products) {
    this.products = List.copyOf(products);
    long largest = products.stream().mapToLong(Product::work).max().orElse(0);
    parts = work() > MOST ? 1 : (int) Math.max(1, largest / PART);
  }

  /// Joins adjacent stages of a step that are products and independent of each other.
  static List<StageRunner> join(List<StageRunner> stages) {
    var joined = new ArrayList<StageRunner>();
    var inTurn = new ArrayList<Product>();
    for (var stage : stages) {
      var product = stage instanceof Product p ? p : null;
      if (product == null || !inTurn.stream().allMatch(product::mayAlternateWith)) {
        end(inTurn, joined);
      }
      if (product == null) {
        joined.add(stage);
      } else {
        inTurn.add(product);
      }
    }
    end(inTurn, joined);
    return joined;
  }

  private static void end(List<Product> inTurn, List<StageRunner> joined) {
    if (inTurn.size() > 1) {
      joined.add(new ProductsInTurn(inTurn));
    } else {
      joined.addAll(inTurn);
    }
    inTurn.clear();
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    int count = to - from < MANY_SAMPLES ? parts : 1;
    for (int i = 0; i < count; i++) {
      int part = scratch.descending() ? count - 1 - i : i;
      for (var product : products) {
        product.runPart(t, from, to, part, count, scratch);
      }
    }
  }

  @Override
  public int units() {
    int units = products.getFirst().units();
    return products.stream().allMatch(p -> p.units() == units) ? units : 0;
  }

  @Override
  public int grain() {
    return products.getFirst().grain();
  }

  @Override
  public void runUnits(int t, int batch, int from, int to, Scratch scratch) {
    for (var product : products) {
      product.runUnits(t, batch, from, to, scratch);
    }
  }

  @Override
  public void runShare(int t, int batch, int thread, int threads, Scratch scratch) {
    for (var product : products) {
      product.runShare(t, batch, thread, threads, scratch);
    }
  }

  @Override
  public long work() {
    return products.stream().mapToLong(Product::work).sum();
  }

  @Override
  public boolean isProduct() {
    return true;
  }

  @Override
  public String toString() {
    return String.join(", in turns with ", products.stream().map(Product::toString).toList());
  }
}
