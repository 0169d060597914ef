package dev.unroll.score;

import java.util.List;

/// Temperature scaling (Guo et al. 2017, arXiv 1706.04599): one number that calibrates
/// probabilities without changing the predicted classes.
///
/// ```
/// q = softmax(log p / T)          T > 1 lowers the confidence, T < 1 raises it
/// ```
public final class Temperature {
  /// The bounds of the temperature: values beyond them only arise from too little data.
  private static final double LEAST = 0.05;
  private static final double MOST = 20;

  /// Halvings of the interval of log T: far finer than any data determines.
  private static final int STEPS = 60;

  private Temperature() {}

  /// The temperature between 0.05 and 20 that minimizes the negative log likelihood of classes; 1
  /// without samples. As a function of `1/T` it is convex, so that the sign of its slope tells on
  /// which side the minimum is.
  ///
  /// Of n samples of k classes, the right one has the weight `(n + 1) / (n + k)` and each other one
  /// `1 / (n + k)`, Laplace's estimate for n of n (as in Platt 1999 for two classes): however many
  /// samples are all right, they do not show that the next one is.
  ///
  /// @param probabilities of each sample, one for each class
  /// @param classes the right class of each sample
  public static double fit(List<float[]> probabilities, int[] classes) {
    if (classes.length == 0) {
      return 1;
    }
    double low = Math.log(LEAST);
    double high = Math.log(MOST);
    for (int step = 0; step < STEPS; step++) {
      double middle = (low + high) / 2;
      if (slope(probabilities, classes, Math.exp(-middle)) > 0) {
        low = middle; // β = 1/T is too large, so T too small
      } else {
        high = middle;
      }
    }
    return Math.exp((low + high) / 2);
  }

  /// `d/dβ −Σ w log q` with `q = softmax(β log p)`: the expected `log p` under q minus that under
  /// the weights w.
  private static double slope(List<float[]> probabilities, int[] classes, double beta) {
    double slope = 0;
    int n = classes.length;
    for (int i = 0; i < n; i++) {
      float[] p = probabilities.get(i);
      double[] q = apply(p, 1 / beta);
      for (int c = 0; c < p.length; c++) {
        double weight = (c == classes[i] ? n + 1.0 : 1.0) / (n + p.length);
        slope += (q[c] - weight) * log(p[c]);
      }
    }
    return slope;
  }

  /// Scales probabilities by a temperature.
  public static double[] apply(float[] probabilities, double temperature) {
    double[] q = new double[probabilities.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < q.length; c++) {
      q[c] = log(probabilities[c]) / temperature;
      most = Math.max(most, q[c]);
    }
    double sum = 0;
    for (int c = 0; c < q.length; c++) {
      q[c] = StrictMath.exp(q[c] - most);
      sum += q[c];
    }
    for (int c = 0; c < q.length; c++) {
      q[c] /= sum;
    }
    return q;
  }

  /// A probability that was rounded to 0 was at most the smallest float.
  private static double log(float p) {
    return StrictMath.log(Math.max(p, Float.MIN_VALUE));
  }
}
