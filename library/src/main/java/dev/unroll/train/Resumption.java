package dev.unroll.train;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.safetensors.Dtype;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.StoredTensor;
import dev.unroll.train.step.OptimizerRun;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Progress and optimizer state as fields and tensors, which every checkpoint has besides the
/// weights.
final class Resumption {
  private Resumption() {}

  static SequencedMap<String, Object> fields(Progress progress, OptimizerRun optimizer) {
    var fields = progress.fields();
    if (optimizer.averaging()) {
      fields.put("averaged", optimizer.averaged());
    }
    return fields;
  }

  static SequencedMap<String, StoredTensor> tensors(SequencedMap<String, float[]> arrays) {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    arrays.forEach(
        (name, array) -> tensors.put(name, StoredTensor.of(array, array.length)));
    return tensors;
  }

  /// @throws FormatException if an array is missing or has another length
  static void restore(OptimizerRun optimizer, Progress progress, JsonFields fields,
      Safetensors tensors) throws FormatException {
    boolean averaging = fields.has("averaged");
    optimizer.resume(
        progress.step(), averaging, averaging ? fields.longInteger("averaged") : 0);
    for (var array : optimizer.arrays().entrySet()) {
      copy(tensors, array.getKey(), array.getValue(), 0, array.getValue().length);
    }
  }

  static void copy(Safetensors tensors, String name, float[] into, int offset, int n)
      throws FormatException {
    System.arraycopy(tensors.tensor(name, Dtype.F32, n).floats(), 0, into, offset, n);
  }
}
