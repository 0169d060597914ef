package dev.unroll.app.run.live;

import dev.unroll.data.Example;
import dev.unroll.inspect.Microscope;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is looked at now and then while a model is trained.
///
/// @param microscope on the model as it is now, with the engine that trains it
/// @param examples a few short ones
public record Watched(Supplier<Microscope> microscope, List<Example> examples) {
  /// Steps of an example: a look is to be cheap.
  public static final int STEPS = 64;

  /// Examples that are enough.
  public static final int EXAMPLES = 8;

  /// Of so many they are chosen.
  public static final int CANDIDATES = 64;

  /// Longer ones would take too much memory.
  private static final int LONGEST = 1_000;

  /// The first short ones of examples, or where all are long some of the shortest.
  ///
  /// @return null if even these are too long
  public static @Nullable Watched of(Supplier<Microscope> microscope, List<Example> candidates) {
    var some = candidates.stream().filter(example -> steps(example) <= STEPS).limit(EXAMPLES)
        .toList();
    if (some.isEmpty()) {
      some = candidates.stream().filter(example -> steps(example) <= LONGEST)
          .sorted(Comparator.comparingInt(Watched::steps)).limit(EXAMPLES).toList();
    }
    return some.isEmpty() ? null : new Watched(microscope, some);
  }

  private static int steps(Example example) {
    return Math.max(example.input().length(), example.target().length());
  }

  /// The list is copied.
  public Watched {
    examples = List.copyOf(examples);
  }
}
