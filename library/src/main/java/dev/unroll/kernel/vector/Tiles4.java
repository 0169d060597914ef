package dev.unroll.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of four vectors: 24 sums of a 6-row tile, 4 vectors of B and one of A fit into 32 registers.
final class Tiles4 implements Tiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final int WIDTH = 4 * L;

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public int panelsAtOnce() {
    return 2;
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
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c52 = FloatVector.zero(SPECIES);
    FloatVector c53 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      c43 = x.fma(b3, c43);
      x = FloatVector.broadcast(SPECIES, a[a5 + k]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      c53 = x.fma(b3, c53);
    }
    int o1 = co + cs;
    int o2 = o1 + cs;
    int o3 = o2 + cs;
    int o4 = o3 + cs;
    int o5 = o4 + cs;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c02 = c02.add(FloatVector.fromArray(SPECIES, c, co + 2 * L));
      c03 = c03.add(FloatVector.fromArray(SPECIES, c, co + 3 * L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c12 = c12.add(FloatVector.fromArray(SPECIES, c, o1 + 2 * L));
      c13 = c13.add(FloatVector.fromArray(SPECIES, c, o1 + 3 * L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c22 = c22.add(FloatVector.fromArray(SPECIES, c, o2 + 2 * L));
      c23 = c23.add(FloatVector.fromArray(SPECIES, c, o2 + 3 * L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
      c32 = c32.add(FloatVector.fromArray(SPECIES, c, o3 + 2 * L));
      c33 = c33.add(FloatVector.fromArray(SPECIES, c, o3 + 3 * L));
      c40 = c40.add(FloatVector.fromArray(SPECIES, c, o4));
      c41 = c41.add(FloatVector.fromArray(SPECIES, c, o4 + L));
      c42 = c42.add(FloatVector.fromArray(SPECIES, c, o4 + 2 * L));
      c43 = c43.add(FloatVector.fromArray(SPECIES, c, o4 + 3 * L));
      c50 = c50.add(FloatVector.fromArray(SPECIES, c, o5));
      c51 = c51.add(FloatVector.fromArray(SPECIES, c, o5 + L));
      c52 = c52.add(FloatVector.fromArray(SPECIES, c, o5 + 2 * L));
      c53 = c53.add(FloatVector.fromArray(SPECIES, c, o5 + 3 * L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c12.intoArray(c, o1 + 2 * L);
    c13.intoArray(c, o1 + 3 * L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c22.intoArray(c, o2 + 2 * L);
    c23.intoArray(c, o2 + 3 * L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
    c32.intoArray(c, o3 + 2 * L);
    c33.intoArray(c, o3 + 3 * L);
    c40.intoArray(c, o4);
    c41.intoArray(c, o4 + L);
    c42.intoArray(c, o4 + 2 * L);
    c43.intoArray(c, o4 + 3 * L);
    c50.intoArray(c, o5);
    c51.intoArray(c, o5 + L);
    c52.intoArray(c, o5 + 2 * L);
    c53.intoArray(c, o5 + 3 * L);
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
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      c43 = x.fma(b3, c43);
    }
    int o1 = co + cs;
    int o2 = o1 + cs;
    int o3 = rows > 3 ? o2 + cs : o2;
    int o4 = rows > 4 ? o3 + cs : o3;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c02 = c02.add(FloatVector.fromArray(SPECIES, c, co + 2 * L));
      c03 = c03.add(FloatVector.fromArray(SPECIES, c, co + 3 * L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c12 = c12.add(FloatVector.fromArray(SPECIES, c, o1 + 2 * L));
      c13 = c13.add(FloatVector.fromArray(SPECIES, c, o1 + 3 * L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c22 = c22.add(FloatVector.fromArray(SPECIES, c, o2 + 2 * L));
      c23 = c23.add(FloatVector.fromArray(SPECIES, c, o2 + 3 * L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
      c32 = c32.add(FloatVector.fromArray(SPECIES, c, o3 + 2 * L));
      c33 = c33.add(FloatVector.fromArray(SPECIES, c, o3 + 3 * L));
      c40 = c40.add(FloatVector.fromArray(SPECIES, c, o4));
      c41 = c41.add(FloatVector.fromArray(SPECIES, c, o4 + L));
      c42 = c42.add(FloatVector.fromArray(SPECIES, c, o4 + 2 * L));
      c43 = c43.add(FloatVector.fromArray(SPECIES, c, o4 + 3 * L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c12.intoArray(c, o1 + 2 * L);
    c13.intoArray(c, o1 + 3 * L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c22.intoArray(c, o2 + 2 * L);
    c23.intoArray(c, o2 + 3 * L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
    c32.intoArray(c, o3 + 2 * L);
    c33.intoArray(c, o3 + 3 * L);
    c40.intoArray(c, o4);
    c41.intoArray(c, o4 + L);
    c42.intoArray(c, o4 + 2 * L);
    c43.intoArray(c, o4 + 3 * L);
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
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
    }
    int o1 = co + cs;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c02 = c02.add(FloatVector.fromArray(SPECIES, c, co + 2 * L));
      c03 = c03.add(FloatVector.fromArray(SPECIES, c, co + 3 * L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c12 = c12.add(FloatVector.fromArray(SPECIES, c, o1 + 2 * L));
      c13 = c13.add(FloatVector.fromArray(SPECIES, c, o1 + 3 * L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c12.intoArray(c, o1 + 2 * L);
    c13.intoArray(c, o1 + 3 * L);
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
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = k * WIDTH;
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k]);
      c00 = FloatVector.fromArray(SPECIES, b, bo + at).fma(x, c00);
      c01 = FloatVector.fromArray(SPECIES, b, bo + at + L).fma(x, c01);
      c02 = FloatVector.fromArray(SPECIES, b, bo + at + 2 * L).fma(x, c02);
      c03 = FloatVector.fromArray(SPECIES, b, bo + at + 3 * L).fma(x, c03);
      c10 = FloatVector.fromArray(SPECIES, b, b1 + at).fma(x, c10);
      c11 = FloatVector.fromArray(SPECIES, b, b1 + at + L).fma(x, c11);
      c12 = FloatVector.fromArray(SPECIES, b, b1 + at + 2 * L).fma(x, c12);
      c13 = FloatVector.fromArray(SPECIES, b, b1 + at + 3 * L).fma(x, c13);
    }
    int o1 = panels > 1 ? co + WIDTH : co;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c02 = c02.add(FloatVector.fromArray(SPECIES, c, co + 2 * L));
      c03 = c03.add(FloatVector.fromArray(SPECIES, c, co + 3 * L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c12 = c12.add(FloatVector.fromArray(SPECIES, c, o1 + 2 * L));
      c13 = c13.add(FloatVector.fromArray(SPECIES, c, o1 + 3 * L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c12.intoArray(c, o1 + 2 * L);
    c13.intoArray(c, o1 + 3 * L);
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
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c52 = FloatVector.zero(SPECIES);
    FloatVector c53 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = bo + k * WIDTH;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + k * 6]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + k * 6]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2 + k * 6]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3 + k * 6]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      x = FloatVector.broadcast(SPECIES, a[a4 + k * 6]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      c43 = x.fma(b3, c43);
      x = FloatVector.broadcast(SPECIES, a[a5 + k * 6]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      c53 = x.fma(b3, c53);
    }
    int o1 = co + cs;
    int o2 = o1 + cs;
    int o3 = o2 + cs;
    int o4 = o3 + cs;
    int o5 = o4 + cs;
    if (add) {
      c00 = c00.add(FloatVector.fromArray(SPECIES, c, co));
      c01 = c01.add(FloatVector.fromArray(SPECIES, c, co + L));
      c02 = c02.add(FloatVector.fromArray(SPECIES, c, co + 2 * L));
      c03 = c03.add(FloatVector.fromArray(SPECIES, c, co + 3 * L));
      c10 = c10.add(FloatVector.fromArray(SPECIES, c, o1));
      c11 = c11.add(FloatVector.fromArray(SPECIES, c, o1 + L));
      c12 = c12.add(FloatVector.fromArray(SPECIES, c, o1 + 2 * L));
      c13 = c13.add(FloatVector.fromArray(SPECIES, c, o1 + 3 * L));
      c20 = c20.add(FloatVector.fromArray(SPECIES, c, o2));
      c21 = c21.add(FloatVector.fromArray(SPECIES, c, o2 + L));
      c22 = c22.add(FloatVector.fromArray(SPECIES, c, o2 + 2 * L));
      c23 = c23.add(FloatVector.fromArray(SPECIES, c, o2 + 3 * L));
      c30 = c30.add(FloatVector.fromArray(SPECIES, c, o3));
      c31 = c31.add(FloatVector.fromArray(SPECIES, c, o3 + L));
      c32 = c32.add(FloatVector.fromArray(SPECIES, c, o3 + 2 * L));
      c33 = c33.add(FloatVector.fromArray(SPECIES, c, o3 + 3 * L));
      c40 = c40.add(FloatVector.fromArray(SPECIES, c, o4));
      c41 = c41.add(FloatVector.fromArray(SPECIES, c, o4 + L));
      c42 = c42.add(FloatVector.fromArray(SPECIES, c, o4 + 2 * L));
      c43 = c43.add(FloatVector.fromArray(SPECIES, c, o4 + 3 * L));
      c50 = c50.add(FloatVector.fromArray(SPECIES, c, o5));
      c51 = c51.add(FloatVector.fromArray(SPECIES, c, o5 + L));
      c52 = c52.add(FloatVector.fromArray(SPECIES, c, o5 + 2 * L));
      c53 = c53.add(FloatVector.fromArray(SPECIES, c, o5 + 3 * L));
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, o1);
    c11.intoArray(c, o1 + L);
    c12.intoArray(c, o1 + 2 * L);
    c13.intoArray(c, o1 + 3 * L);
    c20.intoArray(c, o2);
    c21.intoArray(c, o2 + L);
    c22.intoArray(c, o2 + 2 * L);
    c23.intoArray(c, o2 + 3 * L);
    c30.intoArray(c, o3);
    c31.intoArray(c, o3 + L);
    c32.intoArray(c, o3 + 2 * L);
    c33.intoArray(c, o3 + 3 * L);
    c40.intoArray(c, o4);
    c41.intoArray(c, o4 + L);
    c42.intoArray(c, o4 + 2 * L);
    c43.intoArray(c, o4 + 3 * L);
    c50.intoArray(c, o5);
    c51.intoArray(c, o5 + L);
    c52.intoArray(c, o5 + 2 * L);
    c53.intoArray(c, o5 + 3 * L);
  }
}
