package dev.unroll.layer;

/// How a decoder attends: the rule for the score e of a query s, its state, and a step h of the
/// memory. The weights are the softmax of the scores over the steps.
public enum Attention {
  /// `v · tanh(W s + U h + b)` (Bahdanau, Cho and Bengio 2015, arXiv 1409.0473).
  ADDITIVE,
  /// `s · h` (Luong, Pham and Manning 2015, arXiv 1508.04025).
  DOT,
  /// `s · U h`, of the same paper.
  GENERAL,
  /// `v · tanh(U h + b)`, where the query v is learned (Yang et al. 2016, NAACL); not for decoders.
  POOLING
}
