package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The attributes of a node, by name, read with the type that is expected: `Long`, `Float`,
/// `String`, [NdArray], [GraphDef], or a list of one of the first three.
public record Attributes(Map<String, Object> values) {
  /// None.
  public static final Attributes NONE = new Attributes(Map.of());

  /// Whether there is one of this name.
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /// The names.
  public Set<String> names() {
    return new TreeSet<>(values.keySet());
  }

  /// An integer.
  public long integer(String name, long otherwise) {
    var value = get(name, Long.class);
    return value == null ? otherwise : value;
  }

  /// A truth value, written as 0 or 1.
  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  /// A number.
  public float real(String name, float otherwise) {
    var value = get(name, Float.class);
    return value == null ? otherwise : value;
  }

  /// A text.
  public String text(String name, String otherwise) {
    var value = get(name, String.class);
    return value == null ? otherwise : value;
  }

  /// A tensor.
  public @Nullable NdArray tensor(String name) {
    return get(name, NdArray.class);
  }

  /// A graph.
  public @Nullable GraphDef graph(String name) {
    return get(name, GraphDef.class);
  }

  /// All graphs.
  public List<GraphDef> graphs() {
    return values.values().stream().filter(GraphDef.class::isInstance).map(GraphDef.class::cast)
        .toList();
  }

  /// Integers; null if the attribute is not there.
  public @Nullable List<Long> integers(String name) {
    var value = get(name, long[].class);
    return value == null ? null : Arrays.stream(value).boxed().toList();
  }

  /// Numbers; none if the attribute is not there.
  public float[] reals(String name) {
    var value = get(name, float[].class);
    return value == null ? new float[0] : value;
  }

  /// Texts; null if the attribute is not there.
  public @Nullable List<String> texts(String name) {
    var value = get(name, String[].class);
    return value == null ? null : List.of(value);
  }

  private <T> @Nullable T get(String name, Class<T> type) {
    var value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!type.isInstance(value)) {
      // An empty list has no elements that would say of what.
      if (value instanceof long[] none && none.length == 0 && type.isArray()) {
        return null;
      }
      throw Refusal.of("attribute %s is a %s, expected a %s", name,
          value.getClass().getSimpleName(), type.getSimpleName());
    }
    return type.cast(value);
  }
}
