package dev.unroll.inspect;

import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Probe;
import dev.unroll.layer.Probes;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Generative;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.Score;
import dev.unroll.model.SequenceToVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model that learns from examples.
final class ModelSubject extends Subject {
  private final Model model;

  ModelSubject(Model model) {
    super(model.parameters(), model.layers());
    this.model = model;
  }

  @Override
  Pass bind(Engine engine, Size size, @Nullable Probes probes) {
    var bounds = new ModelBounds(size.time(), size.targetTime(), size.batch(), true)
        .probed(probes).quietly();
    return new BatchPass(model.run(engine, bounds), size.batch());
  }

  @Override
  boolean writes(String layer) {
    return model instanceof Generative
        && !(model instanceof EncoderDecoder && layer.startsWith("encoder."));
  }

  @Override
  int askedAt(Probe probe, Example example, int position) {
    int last = probe.steps() - 1;
    if (writes(probe.layer())) {
      return position;
    }
    if (model instanceof SequenceToVector || model instanceof Generative) {
      return probe.reversed() ? last : example.input().length() - 1;
    }
    return probe.reversed() ? last - position : position;
  }

  private record BatchPass(ModelRun run, int batch) implements Pass {
    @Override
    public Score run(List<Example> examples, int @Nullable [] positions) {
      run.load();
      var all = Batch.of(examples, batch);
      if (positions == null) {
        return run.train(all, 0);
      }
      int[] steps = new int[batch];
      System.arraycopy(positions, 0, steps, 0, positions.length);
      return run.train(all, 0, steps);
    }

    @Override
    public long bytes() {
      return run.bytes();
    }
  }

  @Override
  public String toString() {
    return model.toString();
  }
}
