package dev.unroll.server.model;

import dev.unroll.layer.stepping.State;
import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.StepBatcher;
import dev.unroll.server.batch.StepCall;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.stream.KeyState;
import java.util.List;
import java.util.stream.IntStream;

/// Structures and tasks that step: a row of numbers, or a symbol, becomes another row.
final class SteppedRows implements Stepping {
  private static final int WARM_CALLS = 150;
  private static final long WARM_NANOS = 1_000_000_000;
  private static final int WARM_BATCH = 64;

  private final StepForm form;
  private final StepBatcher batcher;
  private final ModelSetting setting;

  SteppedRows(StepForm form, ModelSetting setting) {
    this.form = form;
    this.setting = setting;
    batcher = new StepBatcher(form.model(), setting.capacity(), setting.batchWait(),
        setting.stepped());
  }

  @Override
  public State.Layout layout() {
    return form.model().layout();
  }

  @Override
  public KeyState initial() {
    return form.model().initial();
  }

  @Override
  public int capacity() {
    return setting.capacity();
  }

  @Override
  public List<String> inputs() {
    return form.inputs().stream().map(Port::name).toList();
  }

  @Override
  public List<String> outputs() {
    return form.outputNames();
  }

  @Override
  public int sequences(InferRequest request) {
    int[] shape = request.inputs().isEmpty() ? new int[0] : request.inputs().getFirst().shape();
    return shape.length == 3 ? shape[0] : 1;
  }

  @Override
  public List<TensorData> step(InferRequest request, List<LiveSequence> sequences, boolean isMany,
      Client client) {
    int n = sequences.size();
    var rows = form.rows(request, n, setting.longest());
    var call = new StepCall(sequences, rows.steps(), rows.x(), form.features(), form.results(),
        StepTimes.of(request, n * rows.steps()), client);
    batcher.step(call);
    return form.answer(call.y(), rows.lead());
  }

  @Override
  public void warm() {
    long end = System.nanoTime() + WARM_NANOS;
    int batch = Math.min(WARM_BATCH, capacity());
    for (int i = 0; i < WARM_CALLS && System.nanoTime() < end; i++) {
      long single = warm(1);
      // A step of some tasks is a whole forecast, of which many take long.
      if (System.nanoTime() + single * batch < end) {
        warm(batch);
      }
    }
  }

  /// Steps n sequences.
  ///
  /// @return how long it took, in nanoseconds
  private long warm(int n) {
    long begin = System.nanoTime();
    var sequences = IntStream.range(0, n).mapToObj(_ -> LiveSequence.passing(initial())).toList();
    batcher.step(new StepCall(sequences, 1, new float[n * form.features()], form.features(),
        form.results(), new long[1], () -> false));
    return System.nanoTime() - begin;
  }

  List<Port> inputPorts() {
    return form.inputs();
  }

  List<Port> outputPorts() {
    return form.outputs();
  }
}
