package dev.unroll.kernel.bytecode;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.unroll.kernel.SmallKind;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Writes a [Tile] or a [SmallTile]: each sum is a local variable, because C2 keeps vectors in
/// registers only there.
///
/// ```
/// sums = 0
/// for k < depth: b = row k of each panel; for each row: x = A[i, k]; sums[i] = fma(x, b, sums[i])
/// if add: sums += C
/// C = sums
/// ```
final class TileWriter {
  private static final ClassDesc TILE = Tile.class.describeConstable().orElseThrow();
  private static final ClassDesc SMALL = SmallTile.class.describeConstable().orElseThrow();
  private static final ClassDesc ARRAY = CD_float.arrayType();
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_void, ARRAY, CD_int, CD_int,
      ARRAY, CD_int, CD_int, CD_int, ARRAY, CD_int, CD_int, CD_boolean);
  private static final MethodTypeDesc RUN_SMALL = MethodTypeDesc.of(CD_void, ARRAY, CD_int, CD_int,
      CD_Object, CD_int, CD_int, CD_int, ARRAY, CD_int, CD_int, CD_boolean, ARRAY, CD_int);

  /// The arguments of the method and its variables, by their numbers.
  private static final int A = 1;
  private static final int A_OFFSET = 2;
  private static final int A_STRIDE = 3;
  private static final int B = 4;
  private static final int B_OFFSET = 5;
  private static final int B_STRIDE = 6;
  private static final int DEPTH = 7;
  private static final int C = 8;
  private static final int C_OFFSET = 9;
  private static final int C_STRIDE = 10;
  private static final int ADD = 11;
  private static final int SCALES = 12;
  private static final int SCALE_OFFSET = 13;
  private static final int K = 14;
  private static final int X = 15;
  private static final int LIMIT = 16;
  private static final int MASK = 17;
  private static final int FREE = 18;

  /// The half of a word that holds the bfloat16 of an odd k.
  private static final int UPPER_HALF = 0xffff0000;

  private final TileShape shape;
  private final int rows;
  private final int vectors;
  private final boolean small;
  private final ClassDesc parent;

  TileWriter(TileShape shape) {
    this.shape = shape;
    rows = shape.rows();
    vectors = shape.panels() * shape.vectors();
    small = shape.small() != null;
    parent = small ? SMALL : TILE;
  }

  Tile define() {
    return new EmittedLoader().load(name(), bytes(), Tile.class);
  }

  SmallTile defineSmall() {
    return new EmittedLoader().load(name(), bytes(), SmallTile.class);
  }

  private String name() {
    return Tile.class.getPackageName() + ".Tile" + shape;
  }

  private byte[] bytes() {
    return ClassFile.of().build(ClassDesc.of(name()), type -> type
        .withSuperclass(parent)
        .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
        .withMethodBody(INIT_NAME, MTD_void, ClassFile.ACC_PUBLIC,
            c -> c.aload(0).invokespecial(parent, INIT_NAME, MTD_void).return_())
        .withMethodBody("run", small ? RUN_SMALL : RUN, ClassFile.ACC_PUBLIC, this::run));
  }

  private void run(CodeBuilder c) {
    if (small) {
      c.aload(B).checkcast(elements()).astore(B);
    }
    if (!shape.isPacked()) {
      offsets(c, rows, A_OFFSET, A_STRIDE, this::aRow);
    }
    offsets(c, shape.panels(), B_OFFSET, B_STRIDE, this::panel);
    pad(c);
    if (shape.hasOneIndex()) {
      countInA(c);
    } else {
      c.iconst_0().istore(K);
    }
    for (int v = 0; scalesElements() && v < vectors; v++) {
      loadScale(c, v);
      c.astore(scale(v));
    }
    for (int s = 0; s < rows * vectors; s++) {
      species(c);
      VectorApi.zero(shape.lanes()).accept(c);
      c.astore(sum(0, s));
    }
    loop(c);
    // Offsets into C are computed after the loop to leave registers to it; those of A are no longer
    // needed.
    offsets(c, rows, C_OFFSET, C_STRIDE, this::cRow);
    store(c);
  }

  /// The start of each row or panel: each a stride after the previous one.
  private static void offsets(CodeBuilder c, int count, int first, int stride, Local local) {
    for (int i = 1; i < count; i++) {
      c.iload(i == 1 ? first : local.of(i - 1)).iload(stride).iadd().istore(local.of(i));
    }
  }

  /// The stride of rows of C is never that large.
  private void pad(CodeBuilder c) {
    for (int i = 0; i < shape.padding(); i++) {
      var next = c.newLabel();
      c.iload(C_STRIDE).loadConstant(Integer.MIN_VALUE + i).if_icmpne(next).return_()
          .labelBinding(next);
    }
  }

  /// Lets K run over the packed elements of A instead, from the first to the one behind the last,
  /// and moves B's offset so far that `b[B_OFFSET + K·width / rows]` is what belongs to it.
  private void countInA(CodeBuilder c) {
    int perElement = shape.width() / rows;
    c.iload(A_OFFSET).iload(DEPTH).loadConstant(rows).imul().iadd().istore(DEPTH);
    c.iload(B_OFFSET).iload(A_OFFSET).loadConstant(perElement).imul().isub().istore(B_OFFSET);
    // It is never negative, which spares C2 an instruction that widens it to 64 bits.
    c.iload(A_OFFSET).loadConstant(Integer.MAX_VALUE).iand().istore(K);
  }

  private void loop(CodeBuilder c) {
    var head = c.newLabel();
    var exit = c.newLabel();
    if (pairs()) {
      c.loadConstant(UPPER_HALF).istore(LIMIT);
      VectorApi.intSpecies(shape.lanes()).accept(c);
      c.iload(LIMIT);
      VectorApi.broadcastInt(shape.lanes()).accept(c);
      c.astore(MASK).iload(DEPTH).iconst_1().isub().istore(LIMIT);
    }
    c.labelBinding(head).iload(K).iload(pairs() ? LIMIT : DEPTH).if_icmpge(exit);
    if (pairs()) {
      for (int v = 0; v < vectors; v++) {
        loadPair(c, v);
      }
    }
    step(c, 0);
    if (pairs()) {
      step(c, 1);
    }
    c.iinc(K, shape.hasOneIndex() ? rows : pairs() ? 2 : 1).goto_(head).labelBinding(exit);
    if (pairs()) {
      var even = c.newLabel();
      c.iload(K).iload(DEPTH).if_icmpge(even);
      for (int v = 0; v < vectors; v++) {
        loadPair(c, v);
      }
      step(c, 0);
      c.labelBinding(even);
    }
  }

  /// One k, that of the index or the one after it.
  private void step(CodeBuilder c, int next) {
    if (rows > 1) {
      for (int v = 0; v < vectors; v++) {
        loadB(c, v, next);
        c.astore(b(v));
      }
    }
    for (int i = 0; i < rows; i++) {
      species(c);
      loadA(c, i, next);
      VectorApi.broadcast(shape.lanes()).accept(c);
      c.astore(X);
      for (int v = 0; v < vectors; v++) {
        c.aload(X);
        if (rows > 1) {
          c.aload(b(v));
        } else {
          loadB(c, v, next);
        }
        c.aload(sum(i, v));
        VectorApi.fma(c);
        c.astore(sum(i, v));
      }
    }
  }

  /// Whether two k lie in one word: bfloat16.
  private boolean pairs() {
    return shape.small() == SmallKind.BFLOAT16;
  }

  /// Whether every element is multiplied by its scale, in place of the sums.
  private boolean scalesElements() {
    return shape.small() == SmallKind.SCALED_INT8;
  }

  /// All elements of packed rows are at a constant distance from one index, so that a step takes
  /// few instructions: fewer than the processor can begin while it multiplies.
  private void loadA(CodeBuilder c, int i, int next) {
    if (shape.hasOneIndex()) {
      c.aload(A).iload(K).loadConstant(i).iadd().faload();
    } else if (shape.isPacked()) {
      c.aload(A).iload(A_OFFSET).iload(K).loadConstant(rows).imul().iadd();
      c.loadConstant(i).iadd().faload();
    } else {
      c.aload(A).iload(aRow(i)).iload(K).iadd().loadConstant(next).iadd().faload();
    }
  }

  private void loadB(CodeBuilder c, int v, int next) {
    int lanes = shape.lanes();
    int first = v % shape.vectors() * lanes;
    switch (shape.small()) {
      case null -> {
        species(c);
        place(c, v, first);
        VectorApi.load(lanes).accept(c);
      }
      case BFLOAT16 -> {
        c.aload(pair(v));
        if (next == 0) {
          VectorApi.shift("LSHL", Short.SIZE).accept(c);
        } else {
          c.aload(MASK);
          VectorApi.bitwise("and").accept(c);
        }
        VectorApi.floats(lanes).accept(c);
      }
      case INT8, SCALED_INT8 -> {
        // The smallest vector of bytes has 8 of them: two vectors of 4 floats.
        int part = VectorApi.isHalf(lanes) ? v % 2 : 0;
        VectorApi.byteSpecies(lanes).accept(c);
        place(c, v, first - part * lanes);
        VectorApi.loadBytes(lanes).accept(c);
        VectorApi.bytesToFloats(lanes, part).accept(c);
        if (scalesElements()) {
          c.aload(scale(v));
          VectorApi.binary("mul").accept(c);
        }
      }
    }
  }

  /// Loads the words of an even k and the one after it.
  private void loadPair(CodeBuilder c, int v) {
    VectorApi.intSpecies(shape.lanes()).accept(c);
    place(c, v, v % shape.vectors() * shape.lanes());
    VectorApi.loadInts(shape.lanes()).accept(c);
    c.astore(pair(v));
  }

  /// The array of B and the index of an element of row k of the panel of a vector.
  private void place(CodeBuilder c, int v, int element) {
    int perIndex = shape.hasOneIndex() ? shape.width() / rows
        : pairs() ? shape.width() / 2 : shape.width();
    c.aload(B).iload(panel(v / shape.vectors())).iload(K).loadConstant(perIndex).imul().iadd()
        .loadConstant(element).iadd();
  }

  private ClassDesc elements() {
    return (pairs() ? CD_int : CD_byte).arrayType();
  }

  /// No methods are called on the sums, as they come from a loop ([VectorApi]): they are added to
  /// C, or if C is set, to negative zeros, which changes no bits. Both share one path, as C2
  /// forgets the classes of vectors where two paths merge.
  private void store(CodeBuilder c) {
    var add = c.newLabel();
    var chosen = c.newLabel();
    c.iload(ADD).ifne(add).getstatic(parent, "MINUS_ZEROS", ARRAY).astore(A).iconst_0().istore(K)
        .goto_(chosen).labelBinding(add).aload(C).astore(A).iconst_m1().istore(K)
        .labelBinding(chosen);
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < vectors; v++) {
        species(c);
        c.aload(A).iload(cRow(i)).iload(K).iand().loadConstant(v * shape.lanes()).iadd();
        VectorApi.load(shape.lanes()).accept(c);
        result(c, i, v);
        VectorApi.exactFloats(c, shape.lanes());
        VectorApi.binary("add").accept(c);
        VectorApi.exactFloats(c, shape.lanes());
        c.aload(C);
        at(c, i, v);
        VectorApi.store(c);
      }
    }
    c.return_();
  }

  /// A sum, times the scale of its column.
  private void result(CodeBuilder c, int i, int v) {
    if (shape.small() == SmallKind.INT8) {
      loadScale(c, v);
      c.aload(sum(i, v));
      VectorApi.exactFloats(c, shape.lanes());
      VectorApi.binary("mul").accept(c);
    } else {
      c.aload(sum(i, v));
    }
  }

  private void loadScale(CodeBuilder c, int v) {
    species(c);
    c.aload(SCALES).iload(SCALE_OFFSET).loadConstant(v * shape.lanes()).iadd();
    VectorApi.load(shape.lanes()).accept(c);
  }

  private void at(CodeBuilder c, int i, int v) {
    c.iload(cRow(i)).loadConstant(v * shape.lanes()).iadd();
  }

  private void species(CodeBuilder c) {
    VectorApi.species(shape.lanes()).accept(c);
  }

  private interface Local {
    int of(int number);
  }

  private int aRow(int i) {
    return i == 0 ? A_OFFSET : FREE + i;
  }

  private int cRow(int i) {
    return i == 0 ? C_OFFSET : FREE + i;
  }

  private int panel(int p) {
    return p == 0 ? B_OFFSET : FREE + rows + p;
  }

  private int b(int v) {
    return FREE + rows + shape.panels() + v;
  }

  private int pair(int v) {
    return b(vectors) + v;
  }

  private int scale(int v) {
    return pair(vectors) + v;
  }

  private int sum(int i, int v) {
    return scale(vectors) + i * vectors + v;
  }
}
