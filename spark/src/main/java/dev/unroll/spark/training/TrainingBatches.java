package dev.unroll.spark.training;

import dev.unroll.data.Batches;
import dev.unroll.model.Structure;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the data of a training on each member of the job: the same on all of them, from what they
/// all can read. Called once by each, on the executor.
///
/// ```java
/// TrainingBatches text = _ -> Batches.text(symbols(Files.readString(path)), 64, 64);
/// ```
///
/// Refers to nothing that cannot be serialized.
@FunctionalInterface
public interface TrainingBatches extends Serializable {
  /// The batches to train on; examples in the units of the model ([Structure#scaled]).
  ///
  /// @param model that is trained
  /// @throws IOException if they cannot be read
  Batches train(Structure model) throws IOException;

  /// The batches that validate; null, the default, for none: then the parameters of the last epoch
  /// are kept.
  ///
  /// @param model that is trained
  /// @throws IOException if they cannot be read
  default @Nullable Batches validation(Structure model) throws IOException {
    return null;
  }

  /// What tells this data from other, by name, as single lines: a training goes on in a folder only
  /// if all is the same. Empty, the default, says nothing: then whoever trains has to see to it.
  /// Called once, on the driver, before the job: data that cannot be trained on is best refused
  /// here.
  ///
  /// @param model that is trained
  /// @throws IOException if the data cannot be read
  default Map<String, String> description(Structure model) throws IOException {
    return Map.of();
  }
}
