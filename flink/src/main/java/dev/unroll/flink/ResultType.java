package dev.unroll.flink;

import dev.unroll.stream.ScoreResult;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import org.apache.flink.api.common.functions.InvalidTypesException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.TypeExtractor;

/// The type of results, found in the function that makes them: in a lambda what the compiler wrote
/// down for its serialization, in a class its type arguments.
final class ResultType {
  private ResultType() {}

  /// @throws InvalidTypesException if it cannot be seen, as it has parameters of its own
  static <R> TypeInformation<R> of(ScoreResult<?, R> result) {
    if (!result.getClass().isSynthetic() && !result.getClass().isHidden()) {
      return TypeExtractor.createTypeInfo(result, ScoreResult.class, result.getClass(), 1);
    }
    var type = returned(result);
    if (type == Object.class || type.getTypeParameters().length > 0) {
      throw new InvalidTypesException(("the results are of the type %s, which the function that "
          + "makes them does not tell in full; call returning(…) with the type, such as Types.%s")
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
      throw new InvalidTypesException("the type of the results cannot be seen in the function that "
          + "makes them; call returning(…) with the type", e);
    }
  }
}
