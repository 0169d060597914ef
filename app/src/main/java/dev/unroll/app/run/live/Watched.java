package dev.unroll.app.run.live;

import dev.unroll.data.Example;
import dev.unroll.inspect.Microscope;
import java.util.List;
import java.util.function.Supplier;

/// What is looked at now and then while a model is trained.
///
/// @param microscope on the model, with the engine that trains it; made once
/// @param examples a few short ones
public record Watched(Supplier<Microscope> microscope, List<Example> examples) {
  /// Steps of an example: a look is to be cheap.
  public static final int STEPS = 64;

  /// Examples that are enough.
  public static final int EXAMPLES = 8;

  /// The list is copied.
  public Watched {
    examples = List.copyOf(examples);
  }
}
