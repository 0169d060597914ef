package dev.unroll.keras.file;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.nio.FileChannelFromSeekableByteChannel;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.message.DataLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An HDF5 file in memory: its groups with their attributes, and its arrays, by their paths. Links,
/// to other files or within the file, are refused; nothing but the bytes given is ever read.
public final class HdfTree {
  private static final int DEEPEST = 32;
  private static final int MOST_NODES = 100_000;
  private static final int MOST_TEXTS = 1_000_000;

  /// Weights are hardly smaller when they are packed.
  private static final long MOST_UNPACKED = 64;

  private final String source;
  private final BoundedChannel channel;
  private final SequencedMap<String, Group> groups = new LinkedHashMap<>();
  private final SequencedMap<String, CheckpointTensor> arrays = new LinkedHashMap<>();
  private final long size;

  private HdfTree(byte[] bytes, String source) {
    this.source = source;
    channel = new BoundedChannel(bytes);
    size = bytes.length;
  }

  /// Reads the tables of a file.
  ///
  /// @param source the file, for messages
  /// @throws FormatException if it is no intact HDF5 file, or has links
  public static HdfTree read(byte[] bytes, String source) throws FormatException {
    var tree = new HdfTree(bytes, source);
    tree.guarded(() -> {
      tree.walk("", new HdfFile(new FileChannelFromSeekableByteChannel(tree.channel)), 0);
      return tree;
    });
    return tree;
  }

  /// What asks the reader for something.
  private interface Reading<T extends @Nullable Object> {
    T read() throws FormatException;
  }

  /// The reader of HDF5 answers damage with exceptions of all kinds, tables that run in circles
  /// with a stack overflow, and sizes that nobody has with a lack of memory.
  private <T extends @Nullable Object> T guarded(Reading<T> reading) throws FormatException {
    try {
      synchronized (channel) {
        channel.reset();
        return reading.read();
      }
    } catch (FormatException e) {
      throw PlainSentence.of(e);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
      throw PlainSentence.of(new FormatException(
          "%s is a damaged HDF5 file, or has parts that are not read here: %s".formatted(source,
              reason(e)),
          e));
    }
  }

  private static String reason(Throwable e) {
    if (e instanceof StackOverflowError) {
      return "its tables refer to each other without end";
    }
    Throwable last = e;
    for (int i = 0; i < DEEPEST && last.getCause() != null; i++) {
      last = last.getCause();
    }
    var message = last.getMessage();
    return message == null || message.isBlank() ? last.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  private void walk(String path, Group group, int depth) throws FormatException {
    if (depth > DEEPEST || groups.size() + arrays.size() > MOST_NODES) {
      throw new FormatException(
          "%s has groups nested deeper than %d, or more than %d of them; it is no file of weights"
              .formatted(source, DEEPEST, MOST_NODES));
    }
    groups.put(path, group);
    for (var entry : group.getChildren().entrySet()) {
      Node node = entry.getValue();
      // On Windows some versions of Keras wrote \ into names.
      var name = entry.getKey().replace('\\', '/');
      var full = path.isEmpty() ? name : path + "/" + name;
      if (node.isLink()) {
        throw new FormatException(
            ("%s: %s is a link to something else, which is not followed; copy its target into the "
                + "file")
                .formatted(source, full));
      }
      if (node instanceof Group child) {
        walk(full, child, depth + 1);
      } else if (node instanceof Dataset dataset) {
        arrays.put(full, tensor(full, dataset));
      }
    }
  }

  private CheckpointTensor tensor(String path, Dataset dataset) {
    long[] shape = dataset.getDimensionsAsLong();
    return new CheckpointTensor(path, type(dataset.getDataType()), shape, dataset.getAddress(),
        () -> guarded(() -> floats(path, dataset, CheckpointTensor.elements(shape))));
  }

  private static String type(DataType type) {
    return switch (type) {
      case FloatingPoint real -> "float" + 8 * real.getSize();
      case FixedPoint integer -> (integer.isSigned() ? "int" : "uint") + 8 * integer.getSize();
      default -> type.getClass().getSimpleName();
    };
  }

  private float[] floats(String path, Dataset dataset, long elements) throws FormatException {
    var type = dataset.getDataType();
    if (!(type instanceof FloatingPoint || type instanceof FixedPoint)
        || dataset.getAttribute("dtype") != null) {
      throw new FormatException(
          "%s: %s is no array of float16, float32, float64 or integers; save the weights as float32"
              .formatted(source, path));
    }
    boolean packed = dataset.getDataLayout() == DataLayout.CHUNKED;
    if (elements > size * (packed ? MOST_UNPACKED : 1)) {
      throw new FormatException("%s: %s has %s elements, more than the file of %d bytes can have"
          .formatted(source, path, elements, size));
    }
    float[] all = new float[(int) elements];
    if (all.length > 0) {
      fill(all, dataset.getDataFlat(), path);
    }
    return all;
  }

  private void fill(float[] all, @Nullable Object data, String path) throws FormatException {
    if (data instanceof Number one && all.length == 1) {
      all[0] = one.floatValue();
      return;
    }
    switch (data) {
      case float[] values when values.length == all.length ->
          System.arraycopy(values, 0, all, 0, all.length);
      case double[] values when values.length == all.length -> {
        for (int i = 0; i < all.length; i++) {
          all[i] = (float) values[i];
        }
      }
      case byte[] values when values.length == all.length -> {
        for (int i = 0; i < all.length; i++) {
          all[i] = values[i];
        }
      }
      case short[] values when values.length == all.length -> {
        for (int i = 0; i < all.length; i++) {
          all[i] = values[i];
        }
      }
      case int[] values when values.length == all.length -> {
        for (int i = 0; i < all.length; i++) {
          all[i] = values[i];
        }
      }
      case long[] values when values.length == all.length -> {
        for (int i = 0; i < all.length; i++) {
          all[i] = values[i];
        }
      }
      case null, default -> throw new FormatException("%s: %s has no elements that can be read"
          .formatted(source, path));
    }
  }

  /// The file.
  public String source() {
    return source;
  }

  /// The paths of the groups; that of the file itself is empty.
  public Iterable<String> groups() {
    return Collections.unmodifiableSet(groups.keySet());
  }

  /// Whether there is a group at a path.
  public boolean hasGroup(String path) {
    return groups.containsKey(path);
  }

  /// The arrays by their paths.
  public SequencedMap<String, CheckpointTensor> arrays() {
    return Collections.unmodifiableSequencedMap(arrays);
  }

  /// An attribute of a group that is a text; null if there is none.
  public @Nullable String text(String path, String name) throws FormatException {
    var texts = texts(path, name);
    return texts == null || texts.size() != 1 ? null : texts.getFirst();
  }

  /// An attribute of a group that is texts, or several of them with numbers behind their names, as
  /// Keras divides long ones; null if there is none.
  public @Nullable List<String> texts(String path, String name) throws FormatException {
    var group = groups.get(path);
    if (group == null) {
      return null;
    }
    return this.<@Nullable List<String>>guarded(() -> {
      if (group.getAttribute(name) != null) {
        return attribute(group, path, name);
      }
      if (group.getAttribute(name + 0) == null) {
        return null;
      }
      var all = new ArrayList<String>();
      for (int i = 0; group.getAttribute(name + i) != null; i++) {
        all.addAll(attribute(group, path, name + i));
      }
      return all;
    });
  }

  private List<String> attribute(Group group, String path, String name) throws FormatException {
    var attribute = group.getAttribute(name);
    if (CheckpointTensor.elements(attribute.getDimensionsAsLong()) > MOST_TEXTS) {
      throw new FormatException("%s: the attribute %s of '%s' has more than %d texts".formatted(
          source, name, path, MOST_TEXTS));
    }
    if (attribute.isEmpty() || CheckpointTensor.elements(attribute.getDimensionsAsLong()) == 0) {
      return List.of();
    }
    return switch (attribute.getData()) {
      case String text -> List.of(text);
      case String[] texts -> List.of(texts);
      case null, default -> List.of();
    };
  }
}
