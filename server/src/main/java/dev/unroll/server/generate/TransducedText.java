package dev.unroll.server.generate;

import dev.unroll.data.DataException;
import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.util.List;

/// A transducer: it writes a text for a text by a beam, as long as its training has shown.
public final class TransducedText implements TextModel {
  private final Transducer transducer;
  private final ComputeThreads compute;

  /// Answers by a transducer.
  public TransducedText(Transducer transducer, ComputeThreads compute) {
    this.transducer = transducer;
    this.compute = compute;
  }

  @Override
  public boolean followsBeam() {
    return true;
  }

  @Override
  public Ending write(Writing asked, Client client, TextSink sink) throws IOException {
    if (asked.beam() == 0) {
      throw new DataException(
          "a transducer follows a beam; leave temperature, top_k, top_p and seed out");
    }
    var answer = compute.call(client,
        () -> transducer.transduce(List.of(asked.text()), asked.beam()).getFirst());
    var search = new StopSearch(asked.stop(), sink);
    boolean stopped = search.take(answer.text());
    if (!stopped) {
      search.end();
    }
    return new Ending(stopped ? Ending.STOP : answer.cut() ? Ending.LENGTH : Ending.END,
        transducer.target().split(answer.text()).size(),
        answer.hypotheses(asked.hypotheses()).stream()
            .map(h -> new Ending.Hypothesis(h.text(), StrictMath.log(h.probability()))).toList());
  }
}
