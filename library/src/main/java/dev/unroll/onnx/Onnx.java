package dev.unroll.onnx;

import dev.unroll.model.Structure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Models as ONNX files, in one call each; [OnnxExport] has the choices.
///
/// ```java
/// Onnx.export(model, Path.of("model.onnx"));
/// ```
public final class Onnx {
  private Onnx() {}

  /// Writes a model, so that other programs can run it. One that writes sequences gives two files,
  /// `model.encoder.onnx` and `model.decoder.onnx`.
  ///
  /// @return what was written, with the inputs and outputs of each file
  /// @throws IOException if a file cannot be written
  /// @throws IllegalArgumentException if the model has a parameter that is not finite
  public static List<OnnxExport.Written> export(Structure model, Path file) throws IOException {
    return OnnxExport.of(model).write(file);
  }
}
