package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.layer.Layer;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A model that learns from examples: an input, which is a sequence or a vector, and a target,
/// which is either. It holds the parameters; a [ModelRun] computes. Reading is safe from several
/// threads while no thread trains.
public interface Model {

  /// Loads a saved model, as [Structure#load].
  ///
  /// @throws dev.unroll.format.FormatException if there is no intact model in the file
  static Structure load(Path path) throws IOException {
    return Structure.load(path);
  }

  /// All parameters, initialized.
  Parameters parameters();

  /// The layers in the order in which data passes through them.
  List<Layer> layers();

  /// Binds the model to sizes and memory.
  ModelRun run(Engine engine, ModelBounds bounds);
}
