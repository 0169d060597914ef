package dev.unroll.spark.training;

import dev.unroll.data.Batches;
import dev.unroll.model.Structure;
import java.io.IOException;
import java.io.Serializable;
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
}
