package dev.unroll.kernel.bytecode;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Consumer;

/// The parts of the Vector API that emitted code calls, by name.
///
/// A vector made from something else (an array, a number, a vector of bits) is cast to its exact
/// class, and so is a stored vector. Otherwise C2 assumes any vector class when it inlines calls on
/// it, and consults the profiles of the Vector API's own methods, which all code of the JVM shares:
/// if these have seen two widths, it boxes vectors.
///
/// That does not help a vector that comes from a loop. So no methods are called on running sums:
/// they are the argument that is added to another vector.
final class VectorApi {
  private static final String HOME = "jdk.incubator.vector.";
  static final ClassDesc FLOATS = ClassDesc.of(HOME + "FloatVector");
  private static final ClassDesc INTS = ClassDesc.of(HOME + "IntVector");
  private static final ClassDesc BYTES = ClassDesc.of(HOME + "ByteVector");
  private static final ClassDesc VECTOR = ClassDesc.of(HOME + "Vector");
  private static final ClassDesc MASK = ClassDesc.of(HOME + "VectorMask");
  private static final ClassDesc SPECIES = ClassDesc.of(HOME + "VectorSpecies");
  private static final ClassDesc OPERATORS = ClassDesc.of(HOME + "VectorOperators");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");
  private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
  private static final ClassDesc ARRAY = CD_float.arrayType();
  private static final MethodTypeDesc VECTOR_TYPE = MethodTypeDesc.of(CD_Class);
  private static final MethodTypeDesc CONVERT_SHAPE =
      MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int);
  private static final MethodTypeDesc CAST = MethodTypeDesc.of(CD_Object, CD_Object);

  private VectorApi() {}

  /// Puts the species on the stack: a constant to the compiler, as it is a static final field.
  static Consumer<CodeBuilder> species(int lanes) {
    return c -> c.getstatic(FLOATS, "SPECIES_" + lanes * Float.SIZE, SPECIES);
  }

  static Consumer<CodeBuilder> intSpecies(int lanes) {
    return c -> c.getstatic(INTS, "SPECIES_" + lanes * Float.SIZE, SPECIES);
  }

  /// As many bytes as a vector has floats, or twice as many if that [#isHalf] a vector.
  static Consumer<CodeBuilder> byteSpecies(int lanes) {
    return c -> c.getstatic(BYTES, "SPECIES_" + Math.max(64, lanes * Byte.SIZE), SPECIES);
  }

  /// Whether so many bytes are half of the smallest vector.
  static boolean isHalf(int lanes) {
    return lanes * Byte.SIZE < 64;
  }

  /// `IntVector.fromArray(species, array, at)`
  static Consumer<CodeBuilder> loadInts(int lanes) {
    return c -> {
      c.invokestatic(INTS, "fromArray",
          MethodTypeDesc.of(INTS, SPECIES, CD_int.arrayType(), CD_int));
      exactInts(c, lanes);
    };
  }

  /// `ByteVector.fromArray(species, array, at)`
  static Consumer<CodeBuilder> loadBytes(int lanes) {
    return c -> {
      c.invokestatic(BYTES, "fromArray",
          MethodTypeDesc.of(BYTES, SPECIES, CD_byte.arrayType(), CD_int));
      exact(c, byteSpecies(lanes));
      c.checkcast(BYTES);
    };
  }

  /// Bytes to floats.
  ///
  /// @param part 1 for the second half of the bytes
  static Consumer<CodeBuilder> bytesToFloats(int lanes, int part) {
    return c -> {
      c.getstatic(OPERATORS, "B2F", CONVERSION);
      species(lanes).accept(c);
      c.loadConstant(part).invokevirtual(BYTES, "convertShape", CONVERT_SHAPE);
      exactFloats(c, lanes);
    };
  }

  /// `FloatVector.fromArray(species, array, at)`
  static Consumer<CodeBuilder> load(int lanes) {
    return c -> {
      c.invokestatic(FLOATS, "fromArray", MethodTypeDesc.of(FLOATS, SPECIES, ARRAY, CD_int));
      exactFloats(c, lanes);
    };
  }

  /// `vector.intoArray(array, at)`
  static void store(CodeBuilder c) {
    c.invokevirtual(FLOATS, "intoArray",
        MethodTypeDesc.ofDescriptor("([FI)V"));
  }

  static Consumer<CodeBuilder> broadcast(int lanes) {
    return c -> {
      c.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
      exactFloats(c, lanes);
    };
  }

  static Consumer<CodeBuilder> broadcastInt(int lanes) {
    return c -> {
      c.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
      exactInts(c, lanes);
    };
  }

  static Consumer<CodeBuilder> zero(int lanes) {
    return c -> {
      c.invokestatic(FLOATS, "zero", MethodTypeDesc.of(FLOATS, SPECIES));
      exactFloats(c, lanes);
    };
  }

  /// A method of one vector: `neg`, `abs`, `sqrt`.
  static Consumer<CodeBuilder> unary(String name) {
    return c -> c.invokevirtual(FLOATS, name, MethodTypeDesc.of(FLOATS));
  }

  /// A method of two vectors: `add`, `sub`, `mul`, `div`, `min`, `max`.
  static Consumer<CodeBuilder> binary(String name) {
    return c -> c.invokevirtual(FLOATS, name, MethodTypeDesc.of(FLOATS, VECTOR));
  }

  /// `a.fma(b, c)` = a·b + c
  static void fma(CodeBuilder c) {
    c.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
  }

  /// `a.compare(comparison, b)`; a and b are on the stack.
  static Consumer<CodeBuilder> compare(String comparison) {
    return c -> c.getstatic(OPERATORS, comparison, COMPARISON)
        .swap()
        .invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
  }

  static void anyTrue(CodeBuilder c) {
    c.invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean));
  }

  static void not(CodeBuilder c) {
    c.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
  }

  /// `a.blend(b, mask)`: b where the mask is set.
  static void blend(CodeBuilder c) {
    c.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
  }

  static Consumer<CodeBuilder> bits(int lanes) {
    return c -> {
      c.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
      exactInts(c, lanes);
    };
  }

  static Consumer<CodeBuilder> floats(int lanes) {
    return c -> {
      c.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
      exactFloats(c, lanes);
    };
  }

  /// A method of two vectors of bits: `add`, `sub`, `and`, `or`.
  static Consumer<CodeBuilder> bitwise(String name) {
    return c -> c.invokevirtual(INTS, name, MethodTypeDesc.of(INTS, VECTOR));
  }

  /// `ints.lanewise(XOR, other)`; both are on the stack.
  static Consumer<CodeBuilder> xor(int lanes) {
    return c -> {
      c.getstatic(OPERATORS, "XOR", ASSOCIATIVE).swap()
          .invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
      exactInts(c, lanes);
    };
  }

  /// `ints.lanewise(LSHL or ASHR, distance)`
  static Consumer<CodeBuilder> shift(String operator, int distance) {
    return c -> c.getstatic(OPERATORS, operator, BINARY)
        .loadConstant(distance)
        .invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
  }

  /// Integers to the floats nearest to them.
  static Consumer<CodeBuilder> convert(int lanes) {
    return c -> {
      c.getstatic(OPERATORS, "I2F", CONVERSION)
          .iconst_0()
          .invokevirtual(INTS, "convert", MethodTypeDesc.of(VECTOR, CONVERSION, CD_int));
      exactFloats(c, lanes);
    };
  }

  static void exactFloats(CodeBuilder c, int lanes) {
    exact(c, species(lanes));
    c.checkcast(FLOATS);
  }

  private static void exactInts(CodeBuilder c, int lanes) {
    exact(c, intSpecies(lanes));
    c.checkcast(INTS);
  }

  /// `species.vectorType().cast(vector)`: the class itself has no public name.
  private static void exact(CodeBuilder c, Consumer<CodeBuilder> species) {
    species.accept(c);
    c.invokeinterface(SPECIES, "vectorType", VECTOR_TYPE).swap()
        .invokevirtual(CD_Class, "cast", CAST);
  }
}
