package dev.unroll.format.safetensors;

/// The element types that a stored tensor may have, with their names in the safetensors format.
/// Elements are little-endian. `F16` and `BF16` are kept as their bits in a `short`, `U8`, `I8` and
/// `BOOL` in a `byte`.
public enum Dtype {
  F32(4), F64(8), I64(8), I32(4), U8(1), F16(2), BF16(2), I16(2), I8(1), BOOL(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /// The size of one element in bytes.
  public int bytes() {
    return bytes;
  }
}
