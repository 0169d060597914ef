package dev.unroll.model.part;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.Padded;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import org.jspecify.annotations.Nullable;

/// The encoding of a sequence: the encoder's last output, and all its outputs as a memory.
public final class Encoding implements Source {
  private final Reader.Run reads;
  private final Passes passes;
  private final boolean isMemory;
  private final Rows nothing;
  private @Nullable LayerRun body;
  private Span span = Span.of(1);
  private Rows vector;
  private Rows memory;

  /// @param rows the largest number of rows of a call
  /// @param isMemory whether the outputs are attended to
  public Encoding(StackLayers encoder, Reader.Run reads, Passes passes, int rows, boolean training,
      boolean isMemory) {
    this.reads = reads;
    this.passes = passes;
    this.isMemory = isMemory;
    nothing = Rows.allocate(training && !isMemory ? rows : 0, encoder.layer().outputSize());
    vector = nothing;
    memory = nothing;
  }

  @Override
  public void load() {
    reads.load();
    passes.load();
  }

  @Override
  public void forward(Padded input, long draw) {
    span = passes.span(input, draw);
    var x = reads.forward(input, draw);
    var run = passes.begin(span);
    body = run;
    memory = run.forward(x, span);
    vector = run.last(span);
  }

  @Override
  public Rows vector() {
    return vector;
  }

  @Override
  public Rows memory() {
    return memory;
  }

  @Override
  public Span span() {
    return span;
  }

  @Override
  public void backward(Rows dVector, Rows dMemory) {
    var run = requireNonNull(body);
    run.backwardLast(dVector, span);
    reads.backward(run.backward(isMemory ? dMemory : nothing, span));
  }

  @Override
  public double penalty() {
    return passes.penalty();
  }

  @Override
  public long bytes() {
    return reads.bytes() + passes.bytes() + 4L * nothing.array().length;
  }
}
