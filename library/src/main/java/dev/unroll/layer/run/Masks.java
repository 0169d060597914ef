package dev.unroll.layer.run;

import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import java.util.LinkedHashMap;
import java.util.Map;

/// The dropout masks of a recurrent layer: how it draws those that its cell names, and whether it
/// drops weights.
///
/// @param drop the probability for the masks without a rule of their own: dropout
/// @param rules for each mask or step mask, by name
/// @param weights the probability with which an element of a matrix that multiplies a state is zero
///     for a whole pass, for all samples; the others are divided by `1 − weights` (Merity, Keskar
///     and Socher 2017, arXiv 1708.02182)
public record Masks(double drop, Map<String, MaskRule> rules, double weights) {

  /// No dropout.
  public static final Masks NONE = drop(0);

  /// @throws IllegalArgumentException if a probability is not in [0, 1)
  public Masks {
    var valid = new MaskRule.Drop(drop);
    if (!(weights >= 0 && weights < 1)) {
      throw new IllegalArgumentException(
          "weight dropout is %s, expected a probability from 0 up to but not 1".formatted(weights));
    }
    drop = valid.probability();
    rules = Map.copyOf(rules);
  }

  /// Dropout with this probability for all masks of the cell.
  public static Masks drop(double probability) {
    return new Masks(probability, Map.of(), 0);
  }

  /// The same with a rule for a mask.
  public Masks with(String name, MaskRule rule) {
    var all = new LinkedHashMap<>(rules);
    all.put(name, rule);
    return new Masks(drop, all, weights);
  }

  /// The same with dropped weights.
  public Masks weights(double probability) {
    return new Masks(drop, rules, probability);
  }

  /// The same with zoneout of this probability for every state of a cell ([Zoneout]).
  public Masks zoneout(Cell cell, double probability) {
    var all = new LinkedHashMap<>(rules);
    cell.states().forEach(s -> all.put(Zoneout.mask(s), new MaskRule.Zone(probability)));
    return new Masks(drop, all, weights);
  }

  public MaskRule rule(String mask) {
    var rule = rules.get(mask);
    return rule != null ? rule : new MaskRule.Drop(drop);
  }

  /// How the elements of a mask are drawn in training; outside training they are their expectation.
  public sealed interface MaskRule {

    /// The probability of the rarer event that the rule is about, in [0, 1).
    double probability();

    /// Dropout: 0 with probability p, else `1 / (1 − p)`; 1 outside training.
    record Drop(double probability) implements MaskRule {

      /// @throws IllegalArgumentException if the probability is not in [0, 1)
      public Drop {
        check("dropout", probability);
      }
    }

    /// Zoneout: 1 with probability p, else 0; p outside training.
    record Zone(double probability) implements MaskRule {

      /// @throws IllegalArgumentException if the probability is not in [0, 1)
      public Zone {
        check("zoneout", probability);
      }
    }

    /// The value of every element outside training.
    default float expected() {
      return switch (this) {
        case Drop _ -> 1;
        case Zone(double p) -> (float) p;
      };
    }

    /// Makes a mask from `n` uniform numbers in [0, 1) from `offset` on.
    default void apply(float[] mask, int offset, int n) {
      float p = (float) probability();
      int below = Float.floatToRawIntBits(this instanceof Zone ? 1 : 0);
      int above = Float.floatToRawIntBits(this instanceof Zone ? 0 : 1 / (1 - p));
      // Without a branch, which no processor could foresee: the sign says which of both.
      for (int i = offset; i < offset + n; i++) {
        int sign = Float.floatToRawIntBits(mask[i] - p) >> 31;
        mask[i] = Float.intBitsToFloat(below & sign | above & ~sign);
      }
    }

    private static void check(String name, double p) {
      if (!(p >= 0 && p < 1)) {
        throw new IllegalArgumentException(
            "%s is %s, expected a probability from 0 up to but not 1".formatted(name, p));
      }
    }
  }
}
