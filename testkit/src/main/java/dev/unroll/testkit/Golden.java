package dev.unroll.testkit;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Expected values computed by another system: libtorch for cells, losses, Adam and clipping,
/// with gradients; ONNX Runtime for the cells libtorch does not have, forward only. `dev/golden`
/// makes the files.
///
/// ```
/// Golden golden = Golden.load("torch-lstm");
/// float[] x = golden.tensor("x").floats();
/// double loss = golden.tensor("loss").scalar();
/// ```
///
/// Tensor names and gate orders are those of the other system; `notes` gives the equations.
/// Immutable except for the arrays of its tensors; each call of [#load] reads the file again.
///
/// @param name    the case, as given to [#load]
/// @param origin  the system, its version and the precision it computed in
/// @param command the command that makes the file
/// @param notes   equations, gate order, shapes, loss
/// @param tensors by name, in the order of the file
public record Golden(
    @JsonProperty("case") String name,
    String origin,
    String command,
    String notes,
    Map<String, GoldenTensor> tensors) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /// Loads the case of that name.
  ///
  /// @throws IllegalArgumentException if there is none; the message lists those that exist
  public static Golden load(String name) {
    if (!names().contains(name)) {
      throw unknown("golden file", name, names());
    }
    return JSON.readValue(resource(name + ".json"), Golden.class);
  }

  /// The names of all cases.
  public static Set<String> names() {
    String index = new String(resource("index.txt"), StandardCharsets.UTF_8);
    return Set.copyOf(index.lines().toList());
  }

  /// The tensor of that name.
  ///
  /// @throws IllegalArgumentException if there is none; the message lists those that exist
  public GoldenTensor tensor(String name) {
    GoldenTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw unknown("tensor of " + this.name, name, tensors.keySet());
    }
    return tensor;
  }

  @Override
  public String toString() {
    return "Golden(" + name + ", " + origin + ")";
  }

  private static IllegalArgumentException unknown(String what, String name, Set<String> known) {
    List<String> sorted = known.stream().sorted().toList();
    return new IllegalArgumentException(
        "unknown %s \"%s\", there are %s".formatted(what, name, String.join(", ", sorted)));
  }

  private static byte[] resource(String file) {
    String path = "golden/" + file;
    try (InputStream in = Golden.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource %s is missing beside %s, run dev/golden".formatted(path, Golden.class));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + path, e);
    }
  }
}
