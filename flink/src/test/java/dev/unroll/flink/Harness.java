package dev.unroll.flink;

import dev.unroll.flink.operator.ScoringFactory;
import dev.unroll.flink.operator.ScoringOptions;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/// Operators of ours in Flink's harness, which is a task without a cluster.
final class Harness
    extends
      KeyedOneInputStreamOperatorTestHarness<String, Reading, Scored> {
  static final TypeInformation<Reading> READINGS = TypeInformation.of(Reading.class);

  private static final int MOST_PARALLEL = 128;

  private Harness(ScoringOptions<Reading, Scored> options, int tasks, int task) throws Exception {
    super(new ScoringFactory<>(options, READINGS, false), Reading::device, Types.STRING,
        MOST_PARALLEL, tasks, task);
  }

  private Harness(Scoring<String, Reading, Scored> function) throws Exception {
    super(new KeyedProcessOperator<>(function), Reading::device, Types.STRING, MOST_PARALLEL, 1,
        0);
  }

  static Harness of(ScoringOptions<Reading, Scored> options) throws Exception {
    return of(options, new HashMapStateBackend(), null);
  }

  static Harness of(ScoringOptions<Reading, Scored> options, StateBackend backend,
      @Nullable OperatorSubtaskState state) throws Exception {
    return of(options, backend, state, 1, 0);
  }

  static Harness of(ScoringOptions<Reading, Scored> options, StateBackend backend,
      @Nullable OperatorSubtaskState state, int tasks, int task) throws Exception {
    return start(new Harness(options, tasks, task), backend, state);
  }

  static Harness of(Scoring<String, Reading, Scored> function, StateBackend backend,
      @Nullable OperatorSubtaskState state) throws Exception {
    return start(new Harness(function), backend, state);
  }

  private static Harness start(Harness harness, StateBackend backend,
      @Nullable OperatorSubtaskState state) throws Exception {
    harness.setStateBackend(backend);
    harness.getExecutionConfig().configure(
        new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
        Harness.class.getClassLoader());
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  void take(Iterable<Reading> readings) throws Exception {
    for (var reading : readings) {
      take(reading);
    }
  }

  void take(Reading reading) throws Exception {
    processElement(reading, reading.time());
  }
}
