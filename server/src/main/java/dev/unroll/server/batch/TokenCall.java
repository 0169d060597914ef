package dev.unroll.server.batch;

/// One symbol that a text model reads.
public final class TokenCall extends SharedCall {
  private final int symbol;
  private final float[] state;
  private final float[] logits;

  /// @param state of the model, changed in place
  /// @param logits gets those of the symbol that follows
  public TokenCall(int symbol, float[] state, float[] logits) {
    this.symbol = symbol;
    this.state = state;
    this.logits = logits;
  }

  int symbol() {
    return symbol;
  }

  float[] state() {
    return state;
  }

  float[] logits() {
    return logits;
  }
}
