package dev.unroll.train.parallel;

import java.util.Locale;

/// A member that the others had to wait for: more than a second, and more than twice the time that
/// a step usually takes. It is told once, and again only after it was in time for a while.
///
/// @param member its number
/// @param seconds how late it came
/// @param usual the median of the last steps, in seconds, from exchange to exchange
public record Straggler(int member, double seconds, double usual) {
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "member %d came %.1f s late, where a step takes %.1f s; the "
        + "others wait for it, so look at what else its machine does", member, seconds, usual);
  }
}
