package dev.unroll.onnx.operator;

import dev.unroll.expr.Expr;
import dev.unroll.expr.Function;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/// Operators of one element each, and of two that are broadcast against each other.
///
/// Functions are computed in `double` and rounded once, but for Sigmoid and Tanh of float32, which
/// are the library's own; sums, differences, products and quotients of two numbers of float32 have
/// the same bits either way.
final class ElementOperators {
  /// A function of two numbers.
  @FunctionalInterface
  interface OfReals {
    double of(double a, double b);
  }

  /// A function of two integers.
  @FunctionalInterface
  interface OfIntegers {
    long of(long a, long b);
  }

  private ElementOperators() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    binary(all, "Add", Expr.Operator.ADD, (a, b) -> a + b, (a, b) -> a + b);
    binary(all, "Sub", Expr.Operator.SUBTRACT, (a, b) -> a - b, (a, b) -> a - b);
    binary(all, "Mul", Expr.Operator.MULTIPLY, (a, b) -> a * b, (a, b) -> a * b);
    binary(all, "Div", Expr.Operator.DIVIDE, (a, b) -> a / b,
        ElementOperators::quotient);
    folded(all, "Min", Math::min, Math::min);
    folded(all, "Max", Math::max, Math::max);
    folded(all, "Sum", (a, b) -> a + b, (a, b) -> a + b);
    all.put("Pow", (_, setting) -> {
      var memory = new Reused(setting);
      return Operator.one(in -> power(in.get(0), in.get(1), memory));
    });
    compared(all, "Equal", (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0);
    compared(all, "Less", (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0);
    compared(all, "LessOrEqual", (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0);
    compared(all, "Greater", (a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0);
    compared(all, "GreaterOrEqual", (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0);
    compared(all, "And", ElementOperators::notTruth, (a, b) -> a & b);
    compared(all, "Or", ElementOperators::notTruth, (a, b) -> a | b);
    compared(all, "Xor", ElementOperators::notTruth, (a, b) -> a ^ b);
    unary(all, "Sqrt", Math::sqrt, ElementOperators::roots);
    real(all, "Exp", Math::exp);
    real(all, "Log", Math::log);
    unary(all, "Sigmoid", a -> 1 / (1 + Math.exp(-a)), applied(Function.SIGMOID));
    unary(all, "Tanh", Math::tanh, applied(Function.TANH));
    unary(all, "Sin", Math::sin, applied(Function.SIN));
    unary(all, "Cos", Math::cos, applied(Function.COS));
    real(all, "Reciprocal", a -> 1 / a);
    real(all, "Erf", ErrorFunction::of);
    real(all, "Floor", Math::floor);
    real(all, "Ceil", Math::ceil);
    real(all, "Softplus", a -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
    real(all, "Softsign", a -> a / (1 + Math.abs(a)));
    all.put("Neg", (_, _) -> Operator.one(in -> unary(in.get(0), a -> -a)));
    all.put("Abs", (_, _) -> Operator.one(in -> unary(in.get(0), Math::abs)));
    unary(all, "Relu", a -> Math.max(a, 0), ElementOperators::ramps);
    all.put("Not", (_, _) -> Operator.one(in -> not(in.get(0))));
    all.put("LeakyRelu", (node, _) -> {
      double alpha = node.attributes().real("alpha", 0.01f);
      return Operator.one(in -> ofReals(in.get(0), a -> a >= 0 ? a : alpha * a));
    });
    all.put("Elu", (node, _) -> {
      double alpha = node.attributes().real("alpha", 1);
      return Operator.one(in -> ofReals(in.get(0), a -> a >= 0 ? a : alpha * Math.expm1(a)));
    });
    all.put("HardSigmoid", (node, _) -> {
      double alpha = node.attributes().real("alpha", 0.2f);
      double beta = node.attributes().real("beta", 0.5f);
      return Operator.one(
          in -> ofReals(in.get(0), a -> Math.min(Math.max(alpha * a + beta, 0), 1)));
    });
    all.put("Where", (_, _) -> Operator.one(in -> where(in.get(0), in.get(1), in.get(2))));
    all.put("PRelu", (_, _) -> Operator.one(in -> combined(in.get(0), in.get(1),
        (a, slope) -> a < 0 ? slope * a : a, (a, slope) -> a < 0 ? slope * a : a)));
    all.replaceAll((_, factory) -> Broadcasting.of(factory));
    return all;
  }

  private static void binary(Map<String, Operator.Factory> to, String name, Expr.Operator operator,
      OfReals reals, OfIntegers integers) {
    to.put(name, (_, setting) -> {
      var combination = new Combination(operator, setting);
      return Operator.one(in -> {
        var a = in.get(0);
        var b = in.get(1);
        return a.type() == ElementType.FLOAT && b.type() == ElementType.FLOAT
            ? combination.of(a, b)
            : combined(a, b, reals, integers);
      });
    });
  }

  private static void folded(Map<String, Operator.Factory> to, String name, OfReals reals,
      OfIntegers integers) {
    to.put(name, (_, _) -> Operator.one(in -> {
      var result = in.get(0);
      for (int i = 1; i < in.count(); i++) {
        result = combined(result, in.get(i), reals, integers);
      }
      return result;
    }));
  }

  private static void compared(Map<String, Operator.Factory> to, String name, OfReals reals,
      OfIntegers integers) {
    to.put(name,
        (_, _) -> Operator.one(in -> truth(in.get(0), in.get(1), reals, integers)));
  }

  private static void real(Map<String, Operator.Factory> to, String name,
      DoubleUnaryOperator function) {
    to.put(name, (_, _) -> Operator.one(in -> ofReals(in.get(0), function)));
  }

  /// A loop over numbers of float32.
  @FunctionalInterface
  private interface Loop {
    void run(float[] from, float[] to);
  }

  private static void roots(float[] from, float[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = (float) Math.sqrt(from[i]);
    }
  }

  private static void ramps(float[] from, float[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = Math.max(from[i], 0);
    }
  }

  /// The library's own function, in plain Java, which is fast from the first call on.
  private static Loop applied(Function function) {
    return (from, to) -> Providers.scalar().apply(function, from, 0, to, 0, from.length);
  }

  private static void unary(Map<String, Operator.Factory> to, String name,
      DoubleUnaryOperator function, Loop loop) {
    to.put(name, (_, setting) -> {
      var memory = new Reused(setting);
      return Operator.one(in -> {
        var a = in.get(0);
        if (a.type() != ElementType.FLOAT) {
          return name.equals("Relu") ? unary(a, function) : ofReals(a, function);
        }
        var result = memory.floats(a.length());
        loop.run(a.floats(), result);
        return NdArray.of(ElementType.FLOAT, a.shape(), result);
      });
    });
  }

  private static long quotient(long a, long b) {
    if (b == 0) {
      throw new Refusal("an integer is divided by 0");
    }
    return a / b;
  }

  private static double notTruth(double a, double b) {
    throw Refusal.of("the inputs are numbers such as %s and %s, expected truth values", a, b);
  }

  static NdArray unary(NdArray a, DoubleUnaryOperator function) {
    if (a.type().isInteger()) {
      var from = a.longs();
      var to = new long[from.length];
      for (int i = 0; i < to.length; i++) {
        to[i] = a.type().wrap((long) function.applyAsDouble((double) from[i]));
      }
      return NdArray.of(a.type(), a.shape(), to);
    }
    return ofReals(a, function);
  }

  static NdArray ofReals(NdArray a, DoubleUnaryOperator function) {
    if (a.type() == ElementType.DOUBLE) {
      return NdArray.of(a.shape(), Arrays.stream(a.doubles()).map(function).toArray());
    }
    var from = a.floats();
    var to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) function.applyAsDouble(from[i]);
    }
    return NdArray.of(a.type(), a.shape(), to);
  }

  private static NdArray not(NdArray a) {
    if (a.type() != ElementType.BOOL) {
      throw Refusal.of("the input is %s, expected truth values", a);
    }
    return NdArray.of(ElementType.BOOL, a.shape(),
        Arrays.stream(a.longs()).map(value -> 1 - value).toArray());
  }

  /// Two arrays of one type, broadcast.
  static NdArray combined(NdArray a, NdArray b, OfReals reals, OfIntegers integers) {
    requireSame(a, b);
    var shape = NdShape.broadcast(a.shape(), b.shape());
    int[] left = places(a, shape);
    int[] right = places(b, shape);
    var to = NdArray.allocate(a.type(), NdShape.elements(shape));
    switch (to) {
      case float[] f -> {
        var x = a.floats();
        var y = b.floats();
        for (int i = 0; i < f.length; i++) {
          f[i] = (float) reals.of(x[at(left, i)], y[at(right, i)]);
        }
      }
      case double[] d -> {
        var x = a.doubles();
        var y = b.doubles();
        for (int i = 0; i < d.length; i++) {
          d[i] = reals.of(x[at(left, i)], y[at(right, i)]);
        }
      }
      case long[] l -> {
        var x = a.longs();
        var y = b.longs();
        for (int i = 0; i < l.length; i++) {
          l[i] = a.type().wrap(integers.of(x[at(left, i)], y[at(right, i)]));
        }
      }
      default -> throw Refusal.of("the inputs are %s, expected numbers", a);
    }
    return NdArray.of(a.type(), shape, to);
  }

  private static NdArray truth(NdArray a, NdArray b, OfReals reals, OfIntegers integers) {
    requireSame(a, b);
    var shape = NdShape.broadcast(a.shape(), b.shape());
    int[] left = places(a, shape);
    int[] right = places(b, shape);
    var to = new long[NdShape.elements(shape)];
    for (int i = 0; i < to.length; i++) {
      to[i] = switch (a.type().kind()) {
        case LONGS -> integers.of(a.longs()[at(left, i)], b.longs()[at(right, i)]);
        case STRINGS -> reals.of(
            a.strings()[at(left, i)].compareTo(b.strings()[at(right, i)]), 0) != 0 ? 1 : 0;
        default -> (long) reals.of(a.number(at(left, i)), b.number(at(right, i)));
      };
    }
    return NdArray.of(ElementType.BOOL, shape, to);
  }

  private static NdArray power(NdArray a, NdArray b, Reused memory) {
    if (a.type() == ElementType.FLOAT && b.axes() == 0 && b.number(0) == 2) {
      var from = a.floats();
      var to = memory.floats(from.length);
      for (int i = 0; i < from.length; i++) {
        to[i] = from[i] * from[i];
      }
      return NdArray.of(a.type(), a.shape(), to);
    }
    var shape = NdShape.broadcast(a.shape(), b.shape());
    int[] left = places(a, shape);
    int[] right = places(b, shape);
    var result = new double[NdShape.elements(shape)];
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.pow(a.number(at(left, i)), b.number(at(right, i)));
    }
    return Casting.cast(NdArray.of(shape, result), a.type());
  }

  private static void requireSame(NdArray a, NdArray b) {
    if (a.type() != b.type()) {
      throw Refusal.of("the inputs are %s and %s, expected one type", a, b);
    }
  }

  /// Where the elements of the result come from; none if each comes from its own place.
  private static int[] places(NdArray a, int[] shape) {
    return Arrays.equals(a.shape(), shape) ? new int[0] : NdShape.repeated(a.shape(), shape);
  }

  private static int at(int[] places, int i) {
    return places.length == 0 ? i : places[i];
  }

  /// `Where`: of b where the condition holds, else of c.
  static NdArray where(NdArray condition, NdArray b, NdArray c) {
    requireSame(b, c);
    var shape = NdShape.broadcast(condition.shape(), NdShape.broadcast(b.shape(), c.shape()));
    int[] which = places(condition, shape);
    int[] left = places(b, shape);
    int[] right = places(c, shape);
    var joined = Layouts.joined(b, c);
    var indices = new int[NdShape.elements(shape)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = condition.longs()[at(which, i)] != 0 ? at(left, i) : b.length() + at(right, i);
    }
    return joined.take(shape, indices);
  }
}
