package dev.unroll.kernel.run;

import java.util.List;
import java.util.stream.Stream;

/// The stages of a pass, ready to run: what is the same at all steps, then the work for all steps
/// before the time loop, step by step in it, and for all steps after it.
record PassRun(AllSteps once, AllSteps before, TimeLoop loop, AllSteps after) {
  void run(int steps) {
    once.run(1);
    before.run(steps);
    loop.run(steps);
    after.run(steps);
  }

  void runStep(int t, int batch) {
    if (t == 0) {
      once.run(1);
    }
    before.runSteps(t, t + 1);
    loop.run(t, t + 1, batch);
    after.runSteps(t, t + 1);
  }

  List<StageRunner> stages() {
    return Stream.of(once.stages(), before.stages(), loop.stages(), after.stages())
        .flatMap(List::stream).toList();
  }
}
