package dev.unroll.bench;

import peers.Case;
import peers.Data;
import peers.Peer;

/// Unroll in the rivals' harness: the cells that the rivals have, and cells that cost the same
/// arithmetic and that they do not have.
///
/// - `unroll`: the published cell.
/// - `unroll-custom`: an LSTM as a user may write it; same numbers.
/// - `unroll-masks`: with variational dropout; same numbers in inference.
/// - `unroll-layernorm`: the layer-normalised LSTM; other numbers.
/// - `unroll-scalar`: the kernels in plain Java; same numbers.
public final class UnrollPeer implements Peer {
  @Override
  public String[] names() {
    return new String[] {"unroll", "unroll-custom", "unroll-masks", "unroll-layernorm",
        "unroll-scalar"};
  }

  @Override
  public Session open(String name, Case c, Data d) throws Exception {
    return new UnrollSession(name, PeerCell.of(name, c.cell()), c, d);
  }
}
