package dev.unroll.exchange.tensorflow;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A folder with the variables of a TensorFlow 1 checkpoint, as ml5 and deeplearn.js have them:
///
/// ```text
/// manifest.json   {"rnnlm/softmax_b": {"filename": "rnnlm_softmax_b", "shape": [65]}, …}
/// rnnlm_softmax_b its elements, float32, the smallest byte first
/// ```
public final class VariableFolder {
  private static final String MANIFEST = "manifest.json";
  private static final int MOST_JSON = 1 << 24;

  private VariableFolder() {}

  /// Whether a path is such a folder.
  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(MANIFEST));
  }

  /// Reads the manifest; the files of the variables are read when they are asked for.
  ///
  /// @throws FormatException if it is no such folder, a variable has no file of the right size, or
  ///     one outside the folder
  public static Checkpoint read(Path folder) throws IOException {
    if (!isOne(folder)) {
      throw new FormatException(
          ("%s is a folder without %s, so it has no variables of TensorFlow 1; give the file that"
              + " has the weights").formatted(folder, MANIFEST));
    }
    var manifest = ByteSource.of(folder.resolve(MANIFEST));
    if (manifest.size() > MOST_JSON) {
      throw new FormatException("%s has %d bytes, expected at most %d".formatted(manifest.name(),
          manifest.size(), MOST_JSON));
    }
    var fields = JsonFields.parse(new String(manifest.bytes(0, (int) manifest.size()),
        StandardCharsets.UTF_8), manifest.name());
    var tensors = new ArrayList<CheckpointTensor>();
    for (var name : fields.keys()) {
      tensors.add(tensor(folder, name, fields.object(name)));
    }
    if (tensors.isEmpty()) {
      throw new FormatException("%s names no variables".formatted(manifest.name()));
    }
    return new Checkpoint(folder.toString(), "variables of TensorFlow 1", false, List.of(),
        tensors);
  }

  private static CheckpointTensor tensor(Path folder, String name, JsonFields about)
      throws IOException {
    var file = inside(folder, name, about.string("filename"));
    long[] shape = about.longs("shape").stream().mapToLong(Long::longValue).toArray();
    long elements = Arrays.stream(shape).anyMatch(size -> size < 0) ? Long.MAX_VALUE
        : CheckpointTensor.elements(shape);
    var source = ByteSource.of(file);
    if (elements > Integer.MAX_VALUE - 8 || source.size() != elements * Float.BYTES) {
      throw new FormatException("%s: %s has %d bytes, expected 4 for each element of %s".formatted(
          folder, file.getFileName(), source.size(), CheckpointTensor.text(shape)));
    }
    return new CheckpointTensor(name, "float32", shape, null, () -> {
      var bytes = ByteBuffer.allocate((int) source.size()).order(ByteOrder.LITTLE_ENDIAN);
      source.read(0, bytes);
      float[] values = new float[(int) elements];
      bytes.asFloatBuffer().get(values);
      return values;
    });
  }

  /// A file of the folder itself, and no link to another one.
  private static Path inside(Path folder, String variable, String file) throws FormatException {
    boolean plain = !file.isEmpty() && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == 0)
        && !file.equals(".") && !file.equals("..");
    var path = plain ? folder.resolve(file) : folder;
    if (!plain || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FormatException(
          "%s: the variable %s is said to be in '%s', which is no file of this"
              .formatted(folder, variable, file) + " folder");
    }
    return path;
  }
}
