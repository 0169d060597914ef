package dev.unroll.server.model;

import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/// An input or output of one step.
///
/// @param shape of it, without the axes of sequences and time
/// @param size the number of its elements
@SuppressWarnings("ArrayRecordComponent") // made once a model
record Port(String name, Datatype datatype, int[] shape, int size, List<String> labels) {
  static Port of(String name, Datatype datatype, int... shape) {
    int size = 1;
    for (int axis : shape) {
      size = Math.multiplyExact(size, axis);
    }
    return new Port(name, datatype, shape, size, List.of());
  }

  Port labels(List<String> names) {
    return new Port(name, datatype, shape, size, names);
  }

  /// As an input or output of whole sequences: with axes of any size in front.
  TensorSpec spec(int free) {
    var all = new ArrayList<Integer>();
    for (int i = 0; i < free; i++) {
      all.add(-1);
    }
    for (int axis : shape) {
      all.add(axis);
    }
    return new TensorSpec(name, datatype, all, labels);
  }
}
