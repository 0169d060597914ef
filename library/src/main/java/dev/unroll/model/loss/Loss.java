package dev.unroll.model.loss;

import dev.unroll.data.Scaling;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/// The loss that training minimizes. A value. Every loss leaves out what is not in the target mask:
/// the class −1, and padding.
public sealed interface Loss
    permits Loss.CrossEntropy, Loss.Chain, Loss.BinaryCrossEntropy, Loss.Regression {

  /// `−log softmax(outputs)[class]` in nats, the mean over the steps.
  static CrossEntropy crossEntropy() {
    return new CrossEntropy(0, List.of());
  }

  /// `−log p(classes)` of the whole sequence of classes in nats, the mean over the steps: a linear
  /// chain, in which a class depends on the one before it.
  static Chain chain() {
    return new Chain(false);
  }

  /// The same for spans as tags `B-TYPE`, `I-TYPE` and `O`: a span cannot go on that has not begun.
  static Chain spanChain() {
    return new Chain(true);
  }

  /// The cross-entropy of bits that are independent of each other, in nats: the sum over the bits
  /// of a step, the mean over the steps.
  static BinaryCrossEntropy binaryCrossEntropy() {
    return new BinaryCrossEntropy();
  }

  /// `(y − t)²`, the mean over all numbers.
  static Loss squared() {
    return new Regression.Squared();
  }

  /// `|y − t|`, the mean over all numbers.
  static Loss absolute() {
    return new Regression.Absolute();
  }

  /// Squared near zero, absolute beyond δ (Huber 1964), the mean over all numbers.
  static Loss huber(double delta) {
    return new Regression.Huber(delta);
  }

  /// The pinball loss (Koenker and Bassett 1978): for each number as many outputs as there are
  /// quantiles, the outputs of one number side by side; the mean over all outputs.
  ///
  /// @param quantiles each in (0, 1)
  static Loss quantile(double... quantiles) {
    return new Regression.Quantile(Arrays.stream(quantiles).boxed().toList());
  }

  /// The negative log likelihood of a normal distribution, in nats: for n numbers the model puts
  /// out n means and then n logarithms of variances; the mean over all numbers.
  static Loss gaussian() {
    return new Regression.Gaussian();
  }

  /// Parses a loss: a name, and its numbers in brackets, as `toString` writes it.
  ///
  /// @throws IllegalArgumentException if it is none
  static Loss parse(String text) {
    return LossText.parse(text);
  }

  /// Whether accuracy is defined: true for classes and bits.
  default boolean countsRight() {
    return !(this instanceof Regression);
  }

  /// Whether targets are classes.
  default boolean isOfClasses() {
    return this instanceof CrossEntropy || this instanceof Chain;
  }

  /// The number of outputs for a target of `targets` numbers, or of one of `targets` classes.
  default int outputs(int targets) {
    return targets;
  }

  /// Turns a row of outputs into the units of the data, in place.
  ///
  /// @param y outputs, the row begins at `at`
  /// @param scaling of the numbers that are predicted
  default void invert(Scaling scaling, float[] y, int at) {
    for (int j = 0; j < scaling.columns(); j++) {
      y[at + j] = scaling.invert(j, y[at + j]);
    }
  }

  /// The loss for evaluation: without label smoothing and class weights.
  default Loss plain() {
    return this;
  }

  /// The cross-entropy of classes, in nats, the mean over the n steps that have a target class.
  ///
  /// ```
  /// p = softmax(logits)    q = (1 − ε) onehot(target) + ε / V        L = −(1/n) Σ q · log p
  /// ```
  ///
  /// ε smooths the labels (Szegedy et al. 2016, arXiv 1512.00567).
  ///
  /// @param smoothing ε, the probability taken from the right class and spread evenly over all
  /// @param weights how much each class counts in training; none where all count 1
  record CrossEntropy(double smoothing, List<Double> weights) implements Loss {

    /// @throws IllegalArgumentException if ε is not from 0 up to but not 1, or a weight is not
    ///     above 0
    public CrossEntropy {
      weights = List.copyOf(weights);
      if (weights.stream().anyMatch(weight -> !(weight > 0 && weight < Float.MAX_VALUE))) {
        throw new IllegalArgumentException(
            "the weights of the classes are %s, expected numbers above 0".formatted(weights));
      }
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new IllegalArgumentException(
            "label smoothing is %s, expected a number from 0 up to but not 1"
                .formatted(smoothing));
      }
    }

    /// The same with label smoothing.
    public CrossEntropy smoothing(double smoothing) {
      return new CrossEntropy(smoothing, weights);
    }

    /// The same with classes that count more or less than others in training; evaluation ignores
    /// weights.
    ///
    /// @param weights one for each class, above 0
    public CrossEntropy weights(double... weights) {
      return new CrossEntropy(smoothing, Arrays.stream(weights).boxed().toList());
    }

    @Override
    public Loss plain() {
      return new CrossEntropy(0, List.of());
    }

    @Override
    public String toString() {
      return smoothing == 0 && weights.isEmpty() ? LossText.CROSS_ENTROPY
          : LossText.of(LossText.CROSS_ENTROPY, DoubleStream.concat(DoubleStream.of(smoothing),
              weights.stream().mapToDouble(Double::doubleValue)).toArray());
    }
  }

  /// A conditional random field over the classes y of a sequence (Lafferty, McCallum and Pereira
  /// 2001, "Conditional random fields"): the outputs z score each class at its step, learned scores
  /// A each pair of neighbours, and s and e the first and the last class.
  ///
  /// ```
  /// log p(y) = s[y_1] + Σ z_t[y_t] + Σ A[y_{t−1}, y_t] + e[y_T] − log Z        L = −(1/n) Σ log p(y)
  /// ```
  ///
  /// Z sums over all sequences of classes, n is the number of steps of all of them. A chain runs
  /// over the steps that have a target: others are skipped, so that their neighbours are
  /// neighbours. Predictions are the probabilities `p(y_t = c)`; the classes that are chosen are
  /// those of the most probable sequence.
  ///
  /// @param spans whether the classes are tags of spans, known by name, of which `I-TYPE` follows
  ///     only `B-TYPE` or `I-TYPE`
  record Chain(boolean spans) implements Loss {
    @Override
    public String toString() {
      return spans ? LossText.SPAN_CHAIN : LossText.CHAIN;
    }
  }

  /// The cross-entropy of bits that are independent of each other, from logits z, in nats: the sum
  /// over the bits of a step, the mean over the n steps.
  ///
  /// ```
  /// p = σ(z)     L = −(1/n) Σ (t log p + (1 − t) log(1 − p))
  ///                = (1/n) Σ (max(z, 0) − z t + log(1 + exp(−|z|)))      dz = (σ(z) − t) / n
  /// ```
  ///
  /// A step is right when each bit is, with the threshold `p = ½`. Targets must lie between 0 and
  /// 1; others are refused, as their loss is unbounded below.
  record BinaryCrossEntropy() implements Loss {
    @Override
    public String toString() {
      return LossText.BINARY_CROSS_ENTROPY;
    }

    /// Whether a target is valid.
    public static boolean isProbability(float target) {
      return target >= 0 && target <= 1;
    }
  }

  /// A loss of numbers, the mean over all numbers of the target mask. A target that is NaN is
  /// masked: it adds neither loss nor gradient.
  sealed interface Regression extends Loss {

    /// `L = (y − t)²`, `dy = 2 (y − t)`.
    record Squared() implements Regression {
      @Override
      public String toString() {
        return LossText.SQUARED;
      }
    }

    /// `L = |y − t|`, `dy = sign(y − t)`.
    record Absolute() implements Regression {
      @Override
      public String toString() {
        return LossText.ABSOLUTE;
      }
    }

    /// `L = e² / 2` where `|e| ≤ δ`, else `δ (|e| − δ/2)`, with `e = y − t` (Huber 1964).
    record Huber(double delta) implements Regression {

      /// @throws IllegalArgumentException if δ is not above 0
      public Huber {
        if (!(delta > 0)) {
          throw new IllegalArgumentException(
              "δ of the Huber loss is %s, expected a number above 0".formatted(delta));
        }
      }

      @Override
      public String toString() {
        return LossText.of(LossText.HUBER, delta);
      }
    }

    /// `L = q (t − y)` where `t ≥ y`, else `(1 − q) (y − t)` (Koenker and Bassett 1978).
    record Quantile(List<Double> quantiles) implements Regression {

      /// @throws IllegalArgumentException if there is none, or one is not between 0 and 1
      public Quantile {
        quantiles = List.copyOf(quantiles);
        if (quantiles.isEmpty() || !quantiles.stream().allMatch(q -> q > 0 && q < 1)) {
          throw new IllegalArgumentException(
              "the quantiles are %s, expected at least one, each between 0 and 1"
                  .formatted(quantiles));
        }
      }

      @Override
      public int outputs(int targets) {
        return targets * quantiles.size();
      }

      @Override
      public void invert(Scaling scaling, float[] y, int at) {
        int each = quantiles.size();
        for (int j = 0; j < scaling.columns() * each; j++) {
          y[at + j] = scaling.invert(j / each, y[at + j]);
        }
      }

      @Override
      public String toString() {
        return LossText.of(
            LossText.QUANTILE, quantiles.stream().mapToDouble(q -> q).toArray());
      }
    }

    /// `L = (log 2π + s + (t − μ)² exp(−s)) / 2` with the mean μ and the logarithm s of the
    /// variance.
    record Gaussian() implements Regression {
      @Override
      public int outputs(int targets) {
        return 2 * targets;
      }

      @Override
      public void invert(Scaling scaling, float[] y, int at) {
        int n = scaling.columns();
        for (int j = 0; j < n; j++) {
          y[at + j] = scaling.invert(j, y[at + j]);
          y[at + n + j] += (float) (2 * Math.log(scaling.scale()[j]));
        }
      }

      @Override
      public String toString() {
        return LossText.GAUSSIAN;
      }
    }
  }
}
