package dev.unroll.onnx.recurrent;

import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Combine;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.onnx.array.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// An activation function of ONNX's recurrent operators as an expression.
///
/// @param alpha α, for kinds that have one
/// @param beta β, likewise
record Activation(Kind kind, float alpha, float beta) {

  /// The functions, with the defaults of the operators of the same names.
  enum Kind {
    /// `max(0, a)`
    RELU("Relu"),
    /// The hyperbolic tangent.
    TANH("Tanh"),
    /// `1 / (1 + exp(−a))`
    SIGMOID("Sigmoid"),
    /// `α a + β`
    AFFINE("Affine", 1, 0),
    /// `a`, below zero `α a`
    LEAKY_RELU("LeakyRelu", 0.01f),
    /// `a` from α on, else 0
    THRESHOLDED_RELU("ThresholdedRelu", 1),
    /// `α tanh(β a)`
    SCALED_TANH("ScaledTanh", 1, 1),
    /// `min(max(α a + β, 0), 1)`
    HARD_SIGMOID("HardSigmoid", 0.2f, 0.5f),
    /// `a`, below zero `α (exp(a) − 1)`
    ELU("Elu", 1),
    /// `a / (1 + |a|)`
    SOFTSIGN("Softsign"),
    /// `log(1 + exp(a))`
    SOFTPLUS("Softplus");

    private final String text;
    private final float[] defaults;

    Kind(String text, float... defaults) {
      this.text = text;
      this.defaults = defaults;
    }

    private static Kind of(String name) {
      for (var kind : values()) {
        if (kind.text.equals(name)
            || kind.text.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
          return kind;
        }
      }
      throw Refusal.of("there is no activation %s; there are %s", name,
          Arrays.stream(values()).map(k -> k.text).collect(Collectors.joining(", ")));
    }
  }

  /// Reads a list of names; each takes the next α and β if it has one, and else its default.
  static List<Activation> read(List<String> names, float[] alphas, float[] betas) {
    var read = new ArrayList<Activation>();
    int alpha = 0;
    int beta = 0;
    for (var name : names) {
      var kind = Kind.of(name);
      float a = 0;
      float b = 0;
      if (kind.defaults.length > 0) {
        a = alpha < alphas.length ? finite(alphas[alpha], "activation_alpha") : kind.defaults[0];
        alpha++;
      }
      if (kind.defaults.length > 1) {
        b = beta < betas.length ? finite(betas[beta], "activation_beta") : kind.defaults[1];
        beta++;
      }
      read.add(new Activation(kind, a, b));
    }
    return List.copyOf(read);
  }

  private static float finite(float value, String attribute) {
    if (!Float.isFinite(value)) {
      throw Refusal.of("%s has %s, expected finite numbers", attribute, value);
    }
    return value;
  }

  /// The function of `a`, which is computed once however often it stands there.
  Expr of(Expr a) {
    return switch (kind) {
      case RELU -> relu(a);
      case TANH -> new Expr.Apply(Function.TANH, a);
      case SIGMOID -> new Expr.Apply(Function.SIGMOID, a);
      case AFFINE -> line(a);
      case LEAKY_RELU -> relu(a).plus(number(alpha).times(below(a)));
      case THRESHOLDED_RELU ->
          a.times(number(1).minus(new Expr.Apply(Function.STEP, number(alpha).minus(a))));
      case SCALED_TANH ->
          number(alpha).times(new Expr.Apply(Function.TANH, number(beta).times(a)));
      case HARD_SIGMOID -> new Combine(Operator.MIN,
          new Combine(Operator.MAX, line(a), number(0)), number(1));
      case ELU -> relu(a).plus(
          number(alpha).times(new Expr.Apply(Function.EXP, below(a)).minus(number(1))));
      case SOFTSIGN -> a.over(number(1).plus(new Expr.Apply(Function.ABS, a)));
      // exp(−|a|) does not overflow
      case SOFTPLUS -> relu(a).plus(new Expr.Apply(Function.LOG,
          number(1).plus(new Expr.Apply(Function.EXP,
              new Expr.Apply(Function.NEGATE, new Expr.Apply(Function.ABS, a))))));
    };
  }

  /// The function of a number.
  double of(double a) {
    return switch (kind) {
      case RELU -> Math.max(a, 0);
      case TANH -> Math.tanh(a);
      case SIGMOID -> 1 / (1 + Math.exp(-a));
      case AFFINE -> alpha * a + beta;
      case LEAKY_RELU -> a < 0 ? alpha * a : a;
      case THRESHOLDED_RELU -> a >= alpha ? a : 0;
      case SCALED_TANH -> alpha * Math.tanh(beta * a);
      case HARD_SIGMOID -> Math.min(Math.max(alpha * a + beta, 0), 1);
      case ELU -> a < 0 ? alpha * Math.expm1(a) : a;
      case SOFTSIGN -> a / (1 + Math.abs(a));
      case SOFTPLUS -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
    };
  }

  private Expr line(Expr a) {
    return number(alpha).times(a).plus(number(beta));
  }

  private static Expr relu(Expr a) {
    return new Expr.Apply(Function.RELU, a);
  }

  private static Expr below(Expr a) {
    return new Combine(Operator.MIN, a, number(0));
  }

  private static Expr number(double value) {
    return new Constant(value);
  }
}
