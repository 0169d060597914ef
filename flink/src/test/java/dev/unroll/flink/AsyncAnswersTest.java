package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.junit.jupiter.api.Test;

/// Models without a state, beside the stream.
class AsyncAnswersTest {
  private static final AtomicInteger LOADED = new AtomicInteger();

  @Test
  void eventsAreAnsweredTogetherByOneModel() throws Exception {
    try (var cluster = new Cluster(1)) {
      var environment = cluster.environment("hashmap", 2);
      AsyncAnswers.Loading<String> loading = file -> file + "#" + LOADED.incrementAndGet();
      AsyncAnswers.Answering<String, Long, String> answering =
          (model, events) -> events.stream().map(event -> model + event).toList();
      var answers = AsyncDataStream.orderedWait(
          environment.fromSequence(0, 999).setParallelism(1).rebalance(),
          AsyncAnswers.of("model", loading, answering, String.class), 60, TimeUnit.SECONDS, 64);
      var found = new ArrayList<String>();
      try (var all = answers.executeAndCollect()) {
        all.forEachRemaining(found::add);
      }
      assertThat(found).hasSize(1000).doesNotHaveDuplicates()
          .allSatisfy(answer -> assertThat(answer).startsWith("model#1"));

      AsyncAnswers.Answering<String, Long, String> silent = (_, _) -> List.of();
      var failing =
          AsyncDataStream.orderedWait(environment.fromSequence(0, 9).setParallelism(1).rebalance(),
              AsyncAnswers.of("model", loading, silent, String.class), 60, TimeUnit.SECONDS, 64);
      assertThatThrownBy(() -> {
        try (var all = failing.executeAndCollect()) {
          all.forEachRemaining(_ -> {});
        }
      }).hasStackTraceContaining("the model gave 0 answers to ");
    }
  }
}
