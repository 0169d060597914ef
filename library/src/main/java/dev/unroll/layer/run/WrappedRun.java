package dev.unroll.layer.run;

import dev.unroll.tensor.Rows;
import java.util.List;

/// A run around another one, which has the parameters and states; methods that a subclass does not
/// override delegate to it.
public abstract class WrappedRun implements LayerRun, ReadsPresent {
  public final LayerRun run;

  public WrappedRun(LayerRun run) {
    this.run = run;
  }

  @Override
  public void trustInput() {
    if (run instanceof ReadsPresent reads) {
      reads.trustInput();
    }
  }

  @Override
  public void load() {
    run.load();
  }

  @Override
  public Rows step(Rows x, int samples) {
    return run.step(x, samples);
  }

  @Override
  public void gradients(Span span) {
    run.gradients(span);
  }

  @Override
  public Rows last(Span span) {
    return run.last(span);
  }

  @Override
  public void backwardLast(Rows dLast, Span span) {
    run.backwardLast(dLast, span);
  }

  @Override
  public void begin() {
    run.begin();
  }

  @Override
  public List<StateRows> states() {
    return run.states();
  }

  @Override
  public List<StateRows> statesAfter(int steps) {
    return run.statesAfter(steps);
  }

  @Override
  public List<StateRows> stateGradients() {
    return run.stateGradients();
  }

  @Override
  public void carry(int steps) {
    run.carry(steps);
  }

  @Override
  public double penalty() {
    return run.penalty();
  }
}
