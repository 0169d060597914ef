package dev.unroll.server.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model file that was found, as it was then.
///
/// @param modified when it was written last
/// @param key what tells it from a file of the same name; null where there is no such thing
record FoundModel(String name, String version, Path file, long size, FileTime modified,
    @Nullable Object key) {
  private static final String STRUCTURE = "model.safetensors";
  private static final String ONNX = "model.onnx";
  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final String ONLY = "1";
  private static final String NO_NAME = "is not served: its name cannot stand in a URL; rename it,"
      + " with letters, digits, dots and dashes";

  /// Is told what is left out, and why.
  interface LeftOut {
    /// Something that is no model that can be served.
    void tell(Path path, String why);

    /// A folder in the place that cannot be read.
    void unreadable(Path path, IOException why);
  }

  /// What a place has: a model file, the folder of a run, the folder of a model with a folder for
  /// each version, or a folder of all of these.
  ///
  /// @throws IOException if it cannot be read
  static List<FoundModel> in(ModelPlace place, LeftOut leftOut) throws IOException {
    var path = place.path();
    if (!Files.isDirectory(path)) {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new IOException("%s is not a regular file; give a model file or a folder"
            .formatted(path));
      }
      return List.of(of(place.name(), ONLY, path));
    }
    var found = new ArrayList<FoundModel>();
    collect(place.name(), path, found);
    if (found.isEmpty() && !place.isNamed()) {
      for (var child : children(path)) {
        try {
          collectChild(child, found, leftOut);
        } catch (IOException e) {
          leftOut.unreadable(child, e);
        }
      }
    }
    return found;
  }

  private static void collectChild(Path child, List<FoundModel> found, LeftOut leftOut)
      throws IOException {
    var name = String.valueOf(child.getFileName());
    if (name.startsWith(".")) {
      return;
    }
    if (Files.isDirectory(child)) {
      if (!ModelPlace.isName(name)) {
        var inside = new ArrayList<FoundModel>();
        collect(name, child, inside);
        if (!inside.isEmpty()) {
          leftOut.tell(child, NO_NAME);
        }
      } else {
        collect(name, child, found);
      }
    } else {
      var stem = ModelPlace.nameOf(child);
      // The checkpoint of a training that has not ended is no model yet.
      if (stem.equals(name) || name.equals(CHECKPOINT)) {
        return;
      }
      if (!Files.isRegularFile(child)) {
        leftOut.tell(child, "is not a regular file and is not served");
      } else if (!ModelPlace.isName(stem)) {
        leftOut.tell(child, NO_NAME);
      } else {
        found.add(of(stem, ONLY, child));
      }
    }
  }

  /// The model of a folder: itself, or its versions.
  private static void collect(String name, Path folder, List<FoundModel> found)
      throws IOException {
    if (add(name, ONLY, folder, found)) {
      return;
    }
    for (var child : children(folder)) {
      var version = String.valueOf(child.getFileName());
      if (Files.isDirectory(child) && version.matches("\\d{1,18}")) {
        add(name, version, child, found);
      }
    }
  }

  private static boolean add(String name, String version, Path folder, List<FoundModel> found)
      throws IOException {
    for (var file : List.of(STRUCTURE, ONNX)) {
      if (Files.isRegularFile(folder.resolve(file))) {
        found.add(of(name, version, folder.resolve(file)));
        return true;
      }
    }
    return false;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  private static FoundModel of(String name, String version, Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FoundModel(name, version, file, attributes.size(), attributes.lastModifiedTime(),
        attributes.fileKey());
  }

  /// Its name and version.
  ModelId id() {
    return new ModelId(name, version);
  }
}
