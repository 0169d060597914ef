package dev.unroll.exchange;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.torch.TorchFile;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the weights of any file that is known: safetensors, and what PyTorch writes. What a file
/// is is seen from its bytes, not from its name.
public final class Checkpoints {
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F'};

  private Checkpoints() {}

  /// Reads a file.
  ///
  /// @throws FormatException one sentence, if it is of no known kind, or not intact
  public static Checkpoint read(Path file) throws IOException {
    return read(file, null);
  }

  /// Reads a file.
  ///
  /// @param part the part of a checkpoint of PyTorch that has the weights, such as `ema`; null to
  ///     find it
  /// @throws FormatException one sentence, if it is of no known kind, or not intact
  public static Checkpoint read(Path file, @Nullable String part) throws IOException {
    return read(ByteSource.of(file), part);
  }

  /// Reads a file that lies in memory.
  ///
  /// @param source where it is from, for messages
  /// @throws FormatException one sentence, if it is of no known kind, or not intact
  public static Checkpoint read(byte[] bytes, String source) throws IOException {
    return read(ByteSource.of(bytes, source), null);
  }

  private static Checkpoint read(ByteSource source, @Nullable String part) throws IOException {
    byte[] start = source.bytes(0, (int) Math.min(TorchFile.START, source.size()));
    if (TorchFile.begins(start)) {
      return TorchFile.read(source, part);
    }
    if (part != null) {
      throw new FormatException("%s is no checkpoint of PyTorch, and has no parts; leave --part out"
          .formatted(source.name()));
    }
    if (start.length >= HDF5.length
        && Arrays.equals(start, 0, HDF5.length, HDF5, 0, HDF5.length)) {
      throw new FormatException(
          "%s is an HDF5 file; Keras.load of unroll-keras reads those of Keras"
              .formatted(source.name()));
    }
    if (start.length > Long.BYTES && start[Long.BYTES] == '{') {
      return safetensors(source);
    }
    throw new FormatException("%s is no file of weights that is known: expected safetensors, or a"
        .formatted(source.name()) + " checkpoint of PyTorch (.pt, .pth)");
  }

  private static Checkpoint safetensors(ByteSource source) throws IOException {
    var file = Safetensors.read(source);
    var tensors = new ArrayList<CheckpointTensor>();
    file.tensors().forEach((name, tensor) -> {
      int[] shape = tensor.shape();
      long[] sizes = new long[shape.length];
      for (int i = 0; i < shape.length; i++) {
        sizes[i] = shape[i];
      }
      tensors.add(new CheckpointTensor(name, tensor.dtype().name().toLowerCase(Locale.ROOT), sizes,
          null, tensor::toFloats));
    });
    return new Checkpoint(source.name(), "safetensors file", false, List.of(),
        file.metadata(), tensors);
  }
}
