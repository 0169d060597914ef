package dev.unroll.flink;

import dev.unroll.stream.ScoreResult;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import org.apache.flink.api.common.functions.InvalidTypesException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.TypeExtractor;

/// Infers the type of results from the function that makes them: from the serialized form of a
/// lambda, or from the type arguments of a class.
final class ResultType {
  private ResultType() {}

  /// @throws InvalidTypesException if it cannot be seen, as it has parameters of its own
  static <R> TypeInformation<R> of(ScoreResult<?, R> result) {
    if (!result.getClass().isSynthetic() && !result.getClass().isHidden()) {
      return TypeExtractor.createTypeInfo(result, ScoreResult.class, result.getClass(), 1);
    }
    var type = returned(result);
    if (type == Object.class || type.getTypeParameters().length > 0) {
      throw new InvalidTypesException(("Flink sees no more of the type of the results than %s; "
          + "call returning(…) with the whole type, such as Types.%s")
          .formatted(type.getSimpleName(), "TUPLE(Types.STRING, Types.FLOAT)"));
    }
    @SuppressWarnings("unchecked") // the compiler has compared it with R
    var known = (Class<R>) type;
    return TypeInformation.of(known);
  }

  private static Class<?> returned(ScoreResult<?, ?> lambda) {
    try {
      var replaced = lambda.getClass().getDeclaredMethod("writeReplace");
      replaced.setAccessible(true);
      var written = (SerializedLambda) replaced.invoke(lambda);
      return MethodType.fromMethodDescriptorString(written.getInstantiatedMethodType(),
          lambda.getClass().getClassLoader()).returnType();
    } catch (ReflectiveOperationException | TypeNotPresentException e) {
      throw new InvalidTypesException("the type of the results cannot be inferred from the function"
          + " that makes them; call returning(…) with the type", e);
    }
  }
}
