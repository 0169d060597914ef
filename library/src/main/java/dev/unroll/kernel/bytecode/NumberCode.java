package dev.unroll.kernel.bytecode;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.plan.Instruction;
import dev.unroll.kernel.scalar.ScalarFunctions;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Writes the functions and operators on single numbers, which are on the stack and are replaced by
/// the result.
final class NumberCode {
  private static final ClassDesc FUNCTIONS =
      ScalarFunctions.class.describeConstable().orElseThrow();
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc ONE = MethodTypeDesc.of(CD_float, CD_float);
  private static final MethodTypeDesc TWO = MethodTypeDesc.of(CD_float, CD_float, CD_float);

  private NumberCode() {}

  static void write(CodeBuilder c, Instruction instruction) {
    switch (instruction) {
      case Instruction.Apply a -> apply(c, a.function());
      case Instruction.Combine o -> combine(c, o.operator());
      // The sum of one number is that number, except for the sign of a zero.
      case Instruction.Sum _ -> c.fconst_0().fadd();
      case Instruction.Copy copy -> throw new IllegalStateException("a copy: " + copy);
    }
  }

  private static void apply(CodeBuilder c, Function function) {
    switch (function) {
      case SIGMOID -> c.invokestatic(FUNCTIONS, "sigmoid", ONE);
      case TANH -> c.invokestatic(FUNCTIONS, "tanh", ONE);
      case EXP -> c.invokestatic(FUNCTIONS, "exp", ONE);
      case LOG -> c.invokestatic(FUNCTIONS, "log", ONE);
      case EXPM1, LOG1P, SOFTPLUS, LOGSIGMOID, SIN, COS ->
          c.invokestatic(FUNCTIONS, function.ascii(), ONE);
      case RELU -> c.invokestatic(FUNCTIONS, "relu", ONE);
      case STEP -> c.invokestatic(FUNCTIONS, "step", ONE);
      case SIGN -> c.invokestatic(FUNCTIONS, "sign", ONE);
      case FLUSH -> c.invokestatic(FUNCTIONS, "flush", ONE);
      case ABS -> c.invokestatic(MATH, "abs", ONE);
      case SQRT ->
          c.f2d().invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double)).d2f();
      case NEGATE -> c.fneg();
    }
  }

  private static void combine(CodeBuilder c, Operator operator) {
    switch (operator) {
      case ADD -> c.fadd();
      case SUBTRACT -> c.fsub();
      case MULTIPLY -> c.fmul();
      case DIVIDE -> c.fdiv();
      case MIN -> c.invokestatic(MATH, "min", TWO);
      case MAX -> c.invokestatic(MATH, "max", TWO);
    }
  }
}
