package dev.unroll.app.data;

import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Path;

/// Refuses models with parameters or results that are not finite, as after a training that failed.
public final class FiniteModel {
  private static final String CURE =
      "train the model anew, with a lower learning rate or stronger clipping";

  private FiniteModel() {}

  /// Reads a model.
  ///
  /// @throws FormatException if there is none in the file, it is an ONNX model, which other
  ///     commands run, or a parameter is NaN or infinite
  public static ModelFile read(Path path) throws IOException {
    requireOurs(path);
    var file = ModelFile.read(path);
    var broken = file.model().parameters().firstNotFinite();
    if (broken.isPresent()) {
      throw new FormatException("%s is the rest of a training that failed: its parameter %s is not"
          .formatted(path, broken.get().name()) + " finite; " + CURE);
    }
    return file;
  }

  /// Refuses an ONNX model, whose bytes are no damaged model of ours.
  ///
  /// @throws FormatException that names the commands for it
  public static void requireOurs(Path path) throws IOException {
    if (OnnxNetwork.isOnnx(path)) {
      throw new FormatException(
          "%s is an ONNX model, not one of Unroll; unroll onnx info and unroll "
              .formatted(path)
              + "onnx run use it as it is, unroll import makes one of Unroll of it");
    }
  }

  /// Requires that a result of a model is finite.
  ///
  /// @param what the name of the result
  /// @throws IllegalStateException if it is NaN or infinite
  public static double require(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          ("%s is %s, as the model's numbers grow beyond a float, though its parameters are "
              + "finite; %s")
              .formatted(what, value, CURE));
    }
    return value;
  }
}
