package dev.unroll.layer;

/// How the outputs of a sequence `[T, B, H]` are pooled into one vector `[B, H]`; padding is
/// ignored.
///
/// ```
/// LAST        v = y_T                    each direction where it ends
/// MEAN        v = (1/n) Σ y_t
/// MAX         v_i = max_t y_ti
/// ATTENTION   v = Σ α_t y_t              α = softmax(q · tanh(U y + b)), q learned
/// ```
public enum Pooling {
  LAST, MEAN, MAX, ATTENTION
}
