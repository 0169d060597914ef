package dev.unroll.train;

/// How far a run has come: what a checkpoint keeps besides weights, moments and states.
///
/// @param epoch epochs that are complete
/// @param chunk chunks of the current epoch that are done
/// @param step steps done
/// @param lossSum the sum of the losses of the current epoch's characters
/// @param characters that this sum is over
/// @param best the lowest validation loss so far, infinite before the first epoch has ended
/// @param worse epochs since then
record Progress(
    int epoch, int chunk, long step, double lossSum, long characters, double best, int worse) {

  static final Progress START = new Progress(0, 0, 0, 0, 0, Double.POSITIVE_INFINITY, 0);
}
