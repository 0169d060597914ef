package dev.unroll.format.safetensors;

/// The element types that a stored tensor may have, with their names in the safetensors format.
/// Elements are little-endian; `U8` is unsigned, kept in a `byte`.
public enum Dtype {
  F32(4), F64(8), I64(8), I32(4), U8(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /// The size of one element in bytes.
  public int bytes() {
    return bytes;
  }
}
