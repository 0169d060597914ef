package dev.unroll.kernel.provider;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.kernel.warmup.Rehearsal;

/// Products of so many rows by small weights, for the tiles that take them.
final class SmallRehearsal implements Rehearsal {
  /// As of [ProductRehearsal].
  private static final int DEPTH = 24;

  /// Panels for the widest tile and the narrowest one, and columns that fill no panel.
  private static final int PANELS = 7;
  private static final int REST = 5;

  private final VectorKernels kernels;

  /// Kept, as it keeps the memory into which panels are unpacked: making that anew for each call
  /// took longer than the product, so that products of many rows were given up on a busy machine.
  private final Kernels rehearsed;

  private final SmallKind kind;
  private final int rows;
  private final SmallPanels plain;
  private final SmallPanels vector;
  private final float[] a;
  private final float[] c;
  private boolean add;

  SmallRehearsal(VectorKernels kernels, SmallKind kind, int rows) {
    this.kernels = kernels;
    rehearsed = kernels.rehearsed();
    this.kind = kind;
    this.rows = rows;
    int columns = PANELS * kernels.panels(1, 1).width() + REST;
    plain = panels(Providers.scalar(), columns);
    vector = panels(kernels, columns);
    a = new float[rows * DEPTH];
    c = new float[rows * columns];
  }

  private SmallPanels panels(Kernels of, int columns) {
    return new SmallPanels(DEPTH, columns, of.panels(1, columns).width(), kind);
  }

  @Override
  public void plain() {
    run(Providers.scalar(), plain);
  }

  @Override
  public void vector() {
    run(rehearsed, vector);
  }

  @Override
  public void ready() {
    kernels.warm(kind, rows);
  }

  @Override
  public void givenUp() {
    // Plain Java continues to be used.
  }

  private void run(Kernels with, SmallPanels b) {
    add = !add;
    with.multiply(a, 0, DEPTH, rows, b, 0, b.columns(), c, 0, b.columns(), add);
  }
}
