package dev.unroll.app.exchange;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import java.util.ArrayList;
import java.util.List;

/// What is in a file of weights, as lines.
final class TensorList {
  private TensorList() {}

  /// `name  type  shape` for each tensor, in columns.
  static List<String> lines(Checkpoint checkpoint) {
    var tensors = checkpoint.tensors().values();
    int names = tensors.stream().mapToInt(t -> t.name().length()).max().orElse(0);
    int types = tensors.stream().mapToInt(t -> t.type().length()).max().orElse(0);
    var lines = new ArrayList<String>();
    for (var tensor : tensors) {
      lines.add("%s  %s  %s".formatted(padded(tensor.name(), names),
          padded(tensor.type(), types), CheckpointTensor.text(tensor.shape())));
    }
    return lines;
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
