package dev.unroll.server.generate;

import dev.unroll.model.Sampling;
import java.util.List;

/// What is asked of a model that writes text.
///
/// @param text the prompt, or the text that becomes another one
/// @param most symbols that are written
/// @param sampling how they are drawn
/// @param seed of the draws
/// @param stop texts before which it ends
/// @param beam prefixes that are followed, of models that write a text for a text; 0 to draw
/// @param hypotheses how many answers of a beam are wanted
public record Writing(String text, int most, Sampling sampling, long seed, List<String> stop,
    int beam, int hypotheses) {
  /// Copies the list.
  public Writing {
    stop = List.copyOf(stop);
  }
}
