package dev.unroll.exchange;

import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.model.Structure;
import java.util.List;

/// A model that was made of a checkpoint, and how.
///
/// @param model the model
/// @param transfers for each parameter, in order, where its values come from
/// @param remarks what was decided where the checkpoint leaves it open
public record Imported<M extends Structure>(M model, List<Transfer> transfers,
    List<String> remarks) {

  /// The report: a line for each parameter, then the remarks.
  public String report() {
    var text = new StringBuilder();
    transfers.forEach(transfer -> text.append(transfer).append('\n'));
    remarks.forEach(remark -> text.append(remark).append('\n'));
    return text.toString();
  }
}
