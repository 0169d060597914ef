package dev.unroll.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of two vectors: 12 sums of a 6-row tile, 2 vectors of B and one of A fit into 16 registers.
final class Tiles2 implements Tiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final int WIDTH = 2 * L;

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public int panelsAtOnce() {
    return 4;
  }

  @Override
  public void rows6(
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add) {
    int a1 = ao + as;
    int a2 = a1 + as;
    int a3 = a2 + as;
    int a4 = a3 + as;
    int a5 = a4 + as;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[a5 + k]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
    }
    int o1 = co + cs;
    int o2 = o1 + cs;
    int o3 = o2 + cs;
    int o4 = o3 + cs;
    int o5 = o4 + cs;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
      c40 = c40.add(FloatVector.fromArray(SPECIES, c, o4));
      c41 = c41.add(FloatVector.fromArray(SPECIES, c, o4 + L));
      c50 = c50.add(FloatVector.fromArray(SPECIES, c, o5));
      c51 = c51.add(FloatVector.fromArray(SPECIES, c, o5 + L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
    c40.intoArray(c, o4);
    c41.intoArray(c, o4 + L);
    c50.intoArray(c, o5);
    c51.intoArray(c, o5 + L);
  }

  @Override
  public void rows5(
      float[] a,
      int ao,
      int as,
      int rows,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add) {
    int a1 = ao + as;
    int a2 = a1 + as;
    int a3 = rows > 3 ? a2 + as : a2;
    int a4 = rows > 4 ? a3 + as : a3;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
    }
    int o1 = co + cs;
    int o2 = o1 + cs;
    int o3 = rows > 3 ? o2 + cs : o2;
    int o4 = rows > 4 ? o3 + cs : o3;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
      c40 = c40.add(FloatVector.fromArray(SPECIES, c, o4));
      c41 = c41.add(FloatVector.fromArray(SPECIES, c, o4 + L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
    c40.intoArray(c, o4);
    c41.intoArray(c, o4 + L);
  }

  @Override
  public void rows2(
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add) {
    int a1 = ao + as;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
    }
    int o1 = co + cs;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
  }

  @Override
  public void rows1(
      float[] a,
      int ao,
      float[] b,
      int bo,
      int panel,
      int panels,
      int depth,
      float[] c,
      int co,
      boolean add) {
    int b1 = panels > 1 ? bo + panel : bo;
    int b2 = panels > 2 ? b1 + panel : b1;
    int b3 = panels > 3 ? b2 + panel : b2;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = k * WIDTH;
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = FloatVector.fromArray(SPECIES, b, bo + at).fma(x, c00);
      c01 = FloatVector.fromArray(SPECIES, b, bo + at + L).fma(x, c01);
      c10 = FloatVector.fromArray(SPECIES, b, b1 + at).fma(x, c10);
      c11 = FloatVector.fromArray(SPECIES, b, b1 + at + L).fma(x, c11);
      c20 = FloatVector.fromArray(SPECIES, b, b2 + at).fma(x, c20);
      c21 = FloatVector.fromArray(SPECIES, b, b2 + at + L).fma(x, c21);
      c30 = FloatVector.fromArray(SPECIES, b, b3 + at).fma(x, c30);
      c31 = FloatVector.fromArray(SPECIES, b, b3 + at + L).fma(x, c31);
    }
    int o1 = panels > 1 ? co + WIDTH : co;
    int o2 = panels > 2 ? o1 + WIDTH : o1;
    int o3 = panels > 3 ? o2 + WIDTH : o2;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
  }

  @Override
  public void packed6(
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add) {
    int a1 = ao + as;
    int a2 = a1 + as;
    int a3 = a2 + as;
    int a4 = a3 + as;
    int a5 = a4 + as;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k * 6]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + k * 6]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + k * 6]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + k * 6]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[a4 + k * 6]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[a5 + k * 6]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
    }
    int o1 = co + cs;
    int o2 = o1 + cs;
    int o3 = o2 + cs;
    int o4 = o3 + cs;
    int o5 = o4 + cs;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
      c40 = c40.add(FloatVector.fromArray(SPECIES, c, o4));
      c41 = c41.add(FloatVector.fromArray(SPECIES, c, o4 + L));
      c50 = c50.add(FloatVector.fromArray(SPECIES, c, o5));
      c51 = c51.add(FloatVector.fromArray(SPECIES, c, o5 + L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
    c40.intoArray(c, o4);
    c41.intoArray(c, o4 + L);
    c50.intoArray(c, o5);
    c51.intoArray(c, o5 + L);
  }
}
