package dev.unroll.kernel.provider;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.kernel.warmup.Rehearsal;
import java.util.ArrayList;
import java.util.List;

/// Products of synthetic matrices that exercise each tile of the vector kernels: all numbers of
/// rows and panels up to the largest, set and added, with and without columns that fill no panel,
/// from packed and unpacked rows.
final class ProductRehearsal implements Rehearsal {
  /// Long enough that 600 calls, the minimum for C2 to compile, are sufficient.
  private static final int DEPTH = 24;

  /// Enough columns that rows are packed.
  private static final int MANY = 272;

  private final VectorKernels kernels;
  private final Kernels vectors;
  private final VectorKernels.Work work;
  private final Workspace workspace = new Workspace();
  private final List<Case> cases = new ArrayList<>();
  private float[] a = {};
  private float[] b = {};
  private float[] c = {};
  private int next;

  private record Case(int rows, int columns, boolean add, FloatPanels plain, FloatPanels vector) {}

  ProductRehearsal(VectorKernels kernels, VectorKernels.Work work) {
    this.kernels = kernels;
    vectors = kernels.rehearsed();
    this.work = work;
  }

  @Override
  public void plain() {
    run(Providers.scalar(), false);
  }

  @Override
  public void vector() {
    run(vectors, true);
  }

  @Override
  public void ready() {
    kernels.warm(work);
  }

  @Override
  public void givenUp() {
    // Plain Java continues to be used.
  }

  private void run(Kernels with, boolean vector) {
    if (cases.isEmpty()) {
      prepare();
    }
    next = (next + 1) % cases.size();
    var it = cases.get(next);
    var panels = vector ? it.vector() : it.plain();
    switch (work) {
      case ROW, ROWS -> with.multiply(a, 0, DEPTH, it.rows(), panels, 0, it.columns(), c, 0,
          it.columns(), it.add());
      case OUTER -> {
        with.accumulateOuter(a, 0, it.rows(), DEPTH, 0, it.rows(),
            List.of(RightFactor.of(b, 0, it.columns(), it.columns(), c, 0, it.columns())),
            workspace);
        with.addRows(b, 0, it.columns(), DEPTH, c, 0, it.columns());
      }
      // Both providers fill the same panels, as each requests its own layout to multiply.
      case PACK -> with.pack(b, 0, it.add() ? it.columns() : 1, it.add() ? 1 : DEPTH, it.vector());
    }
  }

  private void prepare() {
    int most = kernels.largestTile();
    int width = kernels.panels(1, 1).width();
    a = numbers(most * DEPTH);
    b = numbers(Math.max(MANY, (most + 1) * width) * DEPTH);
    c = new float[most * Math.max(MANY, (most + 1) * width)];
    switch (work) {
      case ROW -> {
        for (int panels = 1; panels <= most; panels++) {
          add(1, panels * width);
        }
        add(1, width + 5);
      }
      case ROWS -> {
        for (int rows = 2; rows <= most; rows++) {
          add(rows, width);
          add(rows, width + 5);
          add(rows, 2 * width);
          add(rows, MANY);
        }
      }
      case OUTER -> {
        for (int rows = 2; rows <= most; rows++) {
          add(rows, width);
          add(rows, 2 * width + 5);
        }
        // Sums over rows take four vectors of columns at once, then one.
        add(2, 3 * width + 5);
      }
      case PACK -> add(1, 2 * width + 5);
    }
  }

  private void add(int rows, int columns) {
    for (boolean add : new boolean[] {false, true}) {
      cases.add(new Case(rows, columns, add, packed(Providers.scalar(), columns),
          packed(kernels, columns)));
    }
  }

  private FloatPanels packed(Kernels kernels, int columns) {
    var panels = kernels.panels(DEPTH, columns);
    kernels.pack(b, 0, columns, 1, panels);
    return panels;
  }

  /// Numbers between −1 and 1.
  private static float[] numbers(int n) {
    var numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = (float) Math.sin(i + 1.0);
    }
    return numbers;
  }
}
