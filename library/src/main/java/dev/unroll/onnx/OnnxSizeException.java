package dev.unroll.onnx;

/// A run of an ONNX model whose values are too large: for the limit that was set
/// ([OnnxModel#limit]), or for the memory that Java may take. Smaller inputs may do.
public final class OnnxSizeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  OnnxSizeException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
