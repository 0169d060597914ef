package dev.unroll.kernel.run;

/// A product stage, which has a copy of its weights in the layout of the kernels.
sealed interface WeightedStage extends StageRunner permits Product, HeadProducts {

  /// Packs one thread's share of the weights again; needed after each change.
  void pack(float[] parameters, int thread, int threads);
}
