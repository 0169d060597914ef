package dev.unroll.kernel.bytecode;

import static dev.unroll.kernel.Polynomials.*;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.scalar.ScalarFunctions;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/// Writes the functions and operators on vectors, operation by operation as in
/// `kernel.vector.VectorFunctions` and [ScalarFunctions]. The result is left on the stack.
final class VectorCode {
  /// The vectors that hold one number in all lanes, by the local that they are in.
  interface Constants {
    int of(float number);

    int ofBits(int number);
  }

  private static final ClassDesc SCALAR = ScalarFunctions.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc IN_SCRATCH = MethodTypeDesc.ofDescriptor("([FII)V");

  private final Code code;
  private final Constants constants;
  private final IntSupplier newLocal;
  private final int lanes;
  private final int scratch;

  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @param scratch a place for a vector in scratch memory
  VectorCode(Code code, Constants constants, IntSupplier newLocal, int lanes, int scratch) {
    this.code = code;
    this.constants = constants;
    this.newLocal = newLocal;
    this.lanes = lanes;
    this.scratch = scratch;
  }

  void combine(Operator operator, int a, int b) {
    load(a, b).add(VectorApi.binary(switch (operator) {
      case ADD -> "add";
      case SUBTRACT -> "sub";
      case MULTIPLY -> "mul";
      case DIVIDE -> "div";
      case MIN -> "min";
      case MAX -> "max";
    }));
  }

  void apply(Function function, int x) {
    switch (function) {
      case SIGMOID -> sigmoid(x);
      case TANH -> tanh(x);
      case EXP -> exp(x);
      case LOG -> log(x);
      case EXPM1 -> expm1(x);
      case LOG1P -> log1p(x);
      case SOFTPLUS -> softplus(x, "GT", "add");
      case LOGSIGMOID -> softplus(x, "LT", "sub");
      case SIN -> turned(x, false);
      case COS -> turned(x, true);
      case RELU -> {
        load(x, constant(0));
        choose(x, "LE", constant(0));
      }
      case FLUSH -> {
        int magnitude = keep(load(x), VectorApi.unary("abs"));
        load(x, constant(0));
        choose(magnitude, "LT", constant((float) Function.TINY));
      }
      case STEP -> {
        load(constant(0), constant(1));
        choose(x, "GT", constant(0));
      }
      case SIGN -> {
        load(constant(0), constant(1));
        choose(x, "GT", constant(0));
        load(constant(-1));
        choose(x, "LT", constant(0));
      }
      case SQRT -> load(x).add(VectorApi.unary("sqrt"));
      case ABS -> load(x).add(VectorApi.unary("abs"));
      case NEGATE -> load(x).add(VectorApi.unary("neg"));
    }
  }

  private void sigmoid(int x) {
    int v = negativeMagnitude(x);
    int shifted = fma(v, constant(LOG2_E), constant(ROUND));
    int p = expm1(v, shifted);
    power(shifted);
    int power = keep();
    load(power, p, power).add(VectorApi::fma);
    load(constant(0));
    choose(v, "LT", constant(SIGMOID_LOWEST));
    int e = keep();
    load(constant(1), e);
    choose(x, "LT", constant(0));
    load(e, constant(1)).add(VectorApi.binary("add")).add(VectorApi.binary("div"));
  }

  private void tanh(int x) {
    int v = negativeMagnitude(x);
    int shifted = fma(v, constant(2 * LOG2_E), constant(ROUND));
    int p = expm1(keep(load(v, v), VectorApi.binary("add")), shifted);
    power(shifted);
    int power = keep();
    load(power, p, power, constant(1)).add(VectorApi.binary("sub")).add(VectorApi::fma);
    load(constant(-1));
    choose(v, "LT", constant(TANH_LOWEST));
    int e = keep();
    load(e, e, constant(2)).add(VectorApi.binary("add")).add(VectorApi.binary("div"))
        .add(VectorApi.unary("abs")).add(VectorApi.bits(lanes));
    load(x).add(VectorApi.bits(lanes));
    load(constants.ofBits(Integer.MIN_VALUE)).add(VectorApi.bitwise("and"))
        .add(VectorApi.bitwise("or")).add(VectorApi.floats(lanes));
  }

  private void exp(int x) {
    load(x, constant(EXP_LOWEST));
    choose(x, "LT", constant(EXP_LOWEST));
    load(constant(EXP_HIGHEST));
    choose(x, "GT", constant(EXP_HIGHEST));
    expOfLimited(keep());
  }

  /// exp(v) for v within the limits, or NaN.
  private void expOfLimited(int v) {
    int shifted = fma(v, constant(LOG2_E), constant(ROUND));
    int k = keep(load(shifted, constant(ROUND)), VectorApi.binary("sub"));
    int r = fma(k, constant(-LN2_REST), fma(k, constant(-LN2), v));
    int p = expm1OfRemainder(r, r);
    load(shifted).add(VectorApi.bits(lanes));
    load(constants.ofBits(ROUND_BITS)).add(VectorApi.bitwise("sub"));
    int exponent = keep();
    int half = keep(load(exponent), VectorApi.shift("ASHR", 1));
    load(half, constants.ofBits(127)).add(VectorApi.bitwise("add"))
        .add(VectorApi.shift("LSHL", 23)).add(VectorApi.floats(lanes));
    int power = keep();
    load(power, p, power).add(VectorApi::fma);
    load(exponent, half).add(VectorApi.bitwise("sub"));
    load(constants.ofBits(127)).add(VectorApi.bitwise("add"))
        .add(VectorApi.shift("LSHL", 23)).add(VectorApi.floats(lanes)).add(VectorApi.binary("mul"));
  }

  private void log(int x) {
    load(x, x, constant(0x1p23f)).add(VectorApi.binary("mul"));
    choose(x, "LT", constant(SMALLEST_NORMAL));
    int bits = keep(code, VectorApi.bits(lanes));
    load(bits, constants.ofBits(SQRT_HALF_BITS)).add(VectorApi.bitwise("sub"));
    int exponent = keep(code, VectorApi.shift("ASHR", 23));
    load(bits, exponent).add(VectorApi.shift("LSHL", 23)).add(VectorApi.bitwise("sub"))
        .add(VectorApi.floats(lanes));
    int f = keep(load(constant(1)), VectorApi.binary("sub"));
    load(exponent).add(VectorApi.convert(lanes));
    load(constant(0), constant(23));
    choose(x, "LT", constant(SMALLEST_NORMAL));
    int k = keep(code, VectorApi.binary("sub"));
    log(f, k);
    load(x, x, constant(Float.POSITIVE_INFINITY)).add(VectorApi.compare("LT"))
        .add(VectorApi::not).add(VectorApi::blend);
    load(constant(Float.NEGATIVE_INFINITY));
    choose(x, "LE", constant(0));
    load(constant(Float.NaN));
    choose(x, "LT", constant(0));
  }

  /// k ln 2 + log(1 + f)
  private void log(int f, int k) {
    int p = fma(f, constant(LOG_10), constant(LOG_9));
    for (float coefficient : new float[] {LOG_8, LOG_7, LOG_6, LOG_5, LOG_4, LOG_3, -0.5f}) {
      p = fma(p, f, constant(coefficient));
    }
    load(p, f, f).add(VectorApi.binary("mul"));
    load(k, constant(LN2_LOW)).add(VectorApi.binary("mul")).add(VectorApi::fma);
    p = keep();
    load(k, constant(LN2_HIGH), f, p).add(VectorApi.binary("add")).add(VectorApi::fma);
  }

  private void expm1(int x) {
    load(x, constant(EXPM1_LOWEST));
    choose(x, "LT", constant(EXPM1_LOWEST));
    load(constant(EXP_HIGHEST));
    choose(x, "GT", constant(EXP_HIGHEST));
    int v = keep();
    int shifted = fma(v, constant(LOG2_E), constant(ROUND));
    int k = keep(load(shifted, constant(ROUND)), VectorApi.binary("sub"));
    int r = fma(k, constant(-LN2_REST), fma(k, constant(-LN2), v));
    int p = expm1OfRemainder(r, r);
    power(shifted, 126);
    int half = keep();
    load(half, p, half, constant(0.5f)).add(VectorApi.binary("sub")).add(VectorApi::fma);
    int e = keep();
    int magnitude = keep(load(x), VectorApi.unary("abs"));
    load(e, e).add(VectorApi.binary("add")).vector(x);
    choose(magnitude, "LT", constant(EXPM1_SAME));
  }

  private void log1p(int x) {
    load(x, constant(1)).add(VectorApi.binary("add")).add(VectorApi.bits(lanes));
    load(constants.ofBits(SQRT_HALF_BITS)).add(VectorApi.bitwise("sub"));
    int exponent = keep(code, VectorApi.shift("ASHR", 23));
    load(constants.ofBits(129), exponent).add(VectorApi.bitwise("sub"))
        .add(VectorApi.shift("LSHL", 23)).add(VectorApi.floats(lanes));
    int four = keep();
    load(x).add(VectorApi.bits(lanes));
    load(exponent).add(VectorApi.shift("LSHL", 23)).add(VectorApi.bitwise("sub"))
        .add(VectorApi.floats(lanes));
    load(four, constant(0.25f), constant(-1)).add(VectorApi::fma);
    int f = keep(code, VectorApi.binary("add"));
    log(f, keep(load(exponent), VectorApi.convert(lanes)));
    load(x, x, constant(Float.POSITIVE_INFINITY)).add(VectorApi.compare("LT"))
        .add(VectorApi::not).add(VectorApi::blend);
    load(x);
    choose(x, "EQ", constant(0));
    load(constant(Float.NEGATIVE_INFINITY));
    choose(x, "LE", constant(-1));
    load(constant(Float.NaN));
    choose(x, "LT", constant(-1));
  }

  /// x where it is on one side of zero, with log(1 + exp(−|x|)) added or subtracted.
  private void softplus(int x, String side, String operation) {
    int below = negativeMagnitude(x);
    load(below, constant(EXP_LOWEST));
    choose(below, "LT", constant(EXP_LOWEST));
    expOfLimited(keep());
    int e = keep();
    load(e, e, constant(0.5f), constant(-0.5f)).add(VectorApi::fma);
    choose(e, "GT", constant(SQRT2_1));
    int f = keep();
    load(constant(0), constant(1));
    choose(e, "GT", constant(SQRT2_1));
    log(f, keep());
    int l = keep();
    load(constant(0), x);
    choose(x, side, constant(0));
    load(l).add(VectorApi.binary(operation));
  }

  /// The sine or the cosine. Vectors with larger numbers than the reduction is good for go through
  /// scratch memory to plain Java.
  private void turned(int x, boolean cosine) {
    int v = keep(load(x), VectorApi.unary("abs"));
    int shifted = fma(v, constant(TWO_OVER_PI), constant(ROUND));
    int k = keep(load(shifted, constant(ROUND)), VectorApi.binary("sub"));
    int r = v;
    for (float part : new float[] {HALF_PI_1, HALF_PI_2, HALF_PI_3}) {
      r = fma(k, constant(-part), r);
    }
    int turn = turn(shifted, cosine);
    int s = keep(load(r, r), VectorApi.binary("mul"));
    int cube = keep(load(s, r), VectorApi.binary("mul"));
    int sine = fma(cube, fma(fma(constant(SIN_7), s, constant(SIN_5)), s, constant(SIN_3)), r);
    int q = fma(fma(constant(COS_8), s, constant(COS_6)), s, constant(COS_4));
    load(sine, fma(fma(q, s, constant(-0.5f)), s, constant(1)));
    choose(parity(turn), "LT", constant(0));
    code.add(VectorApi.bits(lanes));
    load(turn, constants.ofBits(2)).add(VectorApi.bitwise("and"))
        .add(VectorApi.shift("LSHL", 30)).add(VectorApi.xor(lanes));
    if (!cosine) {
      load(x).add(VectorApi.bits(lanes));
      load(constants.ofBits(Integer.MIN_VALUE)).add(VectorApi.bitwise("and"))
          .add(VectorApi.xor(lanes));
    }
    int y = keep(code, VectorApi.floats(lanes));
    var small = new Code.Mark();
    load(v, constant(FULL_TURNS_HIGHEST)).add(VectorApi.compare("GT")).add(VectorApi::anyTrue)
        .add(c -> c.ifeq(small.in(c)));
    load(x).add(c -> VectorApi.exactFloats(c, lanes)).vector(Part.SCRATCH).constant(scratch)
        .add(VectorApi::store);
    code.vector(Part.SCRATCH).constant(scratch).constant(lanes)
        .add(c -> c.invokestatic(SCALAR, cosine ? "cosines" : "sines", IN_SCRATCH));
    code.add(VectorApi.species(lanes)).vector(Part.SCRATCH).constant(scratch)
        .add(VectorApi.load(lanes)).toVector(y);
    code.bind(small).vector(y);
  }

  /// The quarter turns, in the lowest bits.
  private int turn(int shifted, boolean cosine) {
    load(shifted).add(VectorApi.bits(lanes));
    if (cosine) {
      load(constants.ofBits(1)).add(VectorApi.bitwise("add"));
    }
    return keep();
  }

  /// 1, or −1 where the number of quarter turns is odd.
  private int parity(int turn) {
    load(turn).add(VectorApi.shift("LSHL", 31));
    load(constants.ofBits(Float.floatToRawIntBits(1))).add(VectorApi.bitwise("or"));
    return keep(code, VectorApi.floats(lanes));
  }

  /// exp(r) − 1 where r = v − k ln 2 and k = shifted − ROUND, with its last digits added late.
  private int expm1(int v, int shifted) {
    int k = keep(load(shifted, constant(ROUND)), VectorApi.binary("sub"));
    int r = fma(k, constant(-LN2), v);
    return expm1OfRemainder(r, fma(k, constant(-LN2_REST), r));
  }

  /// @param more r with more digits
  private int expm1OfRemainder(int r, int more) {
    int square = keep(load(r, r), VectorApi.binary("mul"));
    int high = fma(square, constant(EXP_6), fma(r, constant(EXP_5), constant(EXP_4)));
    return fma(fma(high, square, fma(r, constant(EXP_3), constant(EXP_2))), square, more);
  }

  /// −|x|
  private int negativeMagnitude(int x) {
    load(x).add(VectorApi.bits(lanes));
    return keep(load(constants.ofBits(Integer.MIN_VALUE)).add(VectorApi.bitwise("or")),
        VectorApi.floats(lanes));
  }

  /// Pushes 2ᵏ, whose exponent is in the low bits of `shifted`.
  private void power(int shifted) {
    power(shifted, 127);
  }

  /// Pushes 2 to the power of k + bias − 127.
  private void power(int shifted, int bias) {
    load(shifted).add(VectorApi.bits(lanes));
    load(constants.ofBits(bias)).add(VectorApi.bitwise("add")).add(VectorApi.shift("LSHL", 23))
        .add(VectorApi.floats(lanes));
  }

  /// Selects from the two vectors on the stack: the upper one where the comparison holds.
  private void choose(int a, String comparison, int b) {
    load(a, b).add(VectorApi.compare(comparison)).add(VectorApi::blend);
  }

  private int fma(int a, int b, int c) {
    load(a, b, c).add(VectorApi::fma);
    return keep();
  }

  private int constant(float number) {
    return constants.of(number);
  }

  private Code load(int... locals) {
    for (int local : locals) {
      code.vector(local);
    }
    return code;
  }

  private int keep(Code code, Consumer<CodeBuilder> last) {
    code.add(last);
    return keep();
  }

  private int keep() {
    int local = newLocal.getAsInt();
    code.toVector(local);
    return local;
  }
}
