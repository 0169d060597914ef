package dev.unroll.server.repository;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// Where models come from: a path, and the name that its model has.
///
/// @param isNamed whether the name was given; a path with a name is one model
public record ModelPlace(String name, Path path, boolean isNamed) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /// A place as it is written: `PATH`, or `NAME=PATH`.
  ///
  /// @throws IllegalArgumentException if the name cannot stand in a URL
  public static ModelPlace of(String written, Path folder) {
    int equals = written.indexOf('=');
    boolean isNamed = equals > 0 && isName(written.substring(0, equals));
    var path = folder.resolve(isNamed ? written.substring(equals + 1) : written);
    var name = isNamed ? written.substring(0, equals) : nameOf(path);
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "the name %s cannot stand in a URL; give one of letters, digits, dots and dashes: NAME=%s"
              .formatted(name, written));
    }
    return new ModelPlace(name, path, isNamed);
  }

  /// Whether a file is all there is to this place: it was named, or its folder is that of a run.
  boolean isAlone(Path file) {
    return path.equals(file) || path.equals(file.getParent())
        && (isNamed || String.valueOf(file.getFileName()).matches("model\\.(safetensors|onnx)"));
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /// The name of a path: without its ending.
  static String nameOf(Path path) {
    var name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    return name.replaceFirst("\\.(safetensors|onnx|unroll)$", "");
  }
}
