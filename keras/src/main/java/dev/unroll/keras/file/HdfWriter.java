package dev.unroll.keras.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jhdf.HdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes arrays of floats as an HDF5 file, each at its path.
final class HdfWriter {
  private static final String NOTE = "_jHDF";
  private static final int MOST_NAMES = 1000;

  private final Map<String, WritableGroup> groups = new HashMap<>();

  private HdfWriter() {}

  /// The bytes of the file.
  ///
  /// @param arrays vectors `float[]` and matrices `float[][]` by their paths
  static byte[] bytes(Map<String, Object> arrays) throws IOException {
    var file = Files.createTempFile("unroll", ".h5");
    try {
      String note;
      try (var hdf = HdfFile.write(file)) {
        // What the writer says about itself and the machine is no part of a model.
        note = String.valueOf(hdf.getAttribute(NOTE).getData());
        hdf.removeAttribute(NOTE);
        var writer = new HdfWriter();
        writer.groups.put("", hdf);
        for (var array : arrays.entrySet()) {
          var path = array.getKey();
          int slash = path.lastIndexOf('/');
          writer.group(path.substring(0, Math.max(slash, 0)))
              .putDataset(path.substring(slash + 1), array.getValue());
        }
        // The variables of the model itself, which has none; Keras asks for the group.
        writer.group("vars");
        endWithAnArray(hdf);
      }
      return without(note, Files.readAllBytes(file));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// jHDF 0.13 writes its note behind the last array, and over what it has written behind that. So
  /// an array must be the last one, in the order of its hash table.
  private static void endWithAnArray(WritableGroup root) {
    for (int i = 0; i < MOST_NAMES; i++) {
      var name = "end" + i;
      root.putDataset(name, new float[] {0});
      if (List.copyOf(root.getChildren().keySet()).getLast().equals(name)) {
        return;
      }
    }
    throw new IllegalStateException("no array of an HDF5 file came last");
  }

  private WritableGroup group(String path) {
    var group = groups.get(path);
    if (group == null) {
      int slash = path.lastIndexOf('/');
      group = group(path.substring(0, Math.max(slash, 0))).putGroup(path.substring(slash + 1));
      groups.put(path, group);
    }
    return group;
  }

  /// The writer ends the file with its note, behind all that is referred to.
  private static byte[] without(String note, byte[] bytes) {
    byte[] said = note.getBytes(UTF_8);
    int at = bytes.length - said.length;
    if (at >= 0 && Arrays.equals(bytes, at, bytes.length, said, 0, said.length)) {
      Arrays.fill(bytes, at, bytes.length, (byte) 0);
    }
    return bytes;
  }
}
