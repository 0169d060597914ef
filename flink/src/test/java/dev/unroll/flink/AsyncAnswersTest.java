package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.util.ExceptionUtils;
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
    }
  }

  /// A null instead of a list was a `NullPointerException` of ours.
  @Test
  void aFunctionThatDoesNotAnswerFailsTheJobWithASentence() throws Exception {
    try (var cluster = new Cluster(1)) {
      assertThat(failure(cluster, (_, _) -> List.of()))
          .contains("the function returned 0 answers to ");
      assertThat(failure(cluster, (_, _) -> null))
          .contains("the function returned null; return a list with an answer to each event");
      assertThat(failure(cluster, (_, events) -> new ArrayList<>(Collections.nCopies(events.size(),
          null)))).contains("the function returned null for an event; return an answer to each");
      assertThat(failure(cluster, (_, _) -> {
        throw new IllegalStateException("no wheel");
      })).contains("IllegalStateException: no wheel");
      assertThat(failure(cluster, (_, _) -> {
        throw new AssertionError("no spoke");
      })).contains("AssertionError: no spoke");
    }
  }

  private static String failure(Cluster cluster,
      AsyncAnswers.Answering<String, Long, String> answering) throws Exception {
    var answers = AsyncDataStream.orderedWait(
        cluster.environment("hashmap", 2).fromSequence(0, 9).setParallelism(1).rebalance(),
        AsyncAnswers.of("model", file -> file.toString(), answering, String.class), 60,
        TimeUnit.SECONDS,
        64);
    var thrown = catchThrowable(() -> {
      try (var all = answers.executeAndCollect()) {
        all.forEachRemaining(_ -> {});
      }
    });
    return ExceptionUtils.stringifyException(thrown);
  }
}
