package dev.unroll.flink;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/// Asks a model that keeps no state, such as a classifier of whole texts, beside the stream: while
/// it answers, the next events gather, and what has gathered is asked in one call.
///
/// ```java
/// var labels = AsyncDataStream.unorderedWait(reviews, AsyncAnswers.of("/models/reviews.unroll",
///     Classifier::load, Classifier::classifyTexts, Classification.class), 1, SECONDS, 256);
/// ```
///
/// Each task manager loads the model once. The last argument of Flink's method is the most events
/// on their way, so the most that are asked in one call. Where the order matters, use
/// `orderedWait`.
///
/// @param <M> the type of the model, whose calls may overlap
/// @param <E> the type of the events
/// @param <R> the type of the answers
@SuppressWarnings("NullAway.Init") // Flink opens it before anything else
public final class AsyncAnswers<M, E, R> extends RichAsyncFunction<E, R>
    implements ResultTypeQueryable<R> {
  private static final long serialVersionUID = 1;

  private final String file;
  private final Loading<M> loading;
  private final Answering<M, E, R> answering;
  private final TypeInformation<R> answers;
  private transient @Nullable Thread worker;
  private transient BlockingQueue<Question<E, R>> questions;

  private AsyncAnswers(String file, Loading<M> loading, Answering<M, E, R> answering,
      TypeInformation<R> answers) {
    this.file = file;
    this.loading = loading;
    this.answering = answering;
    this.answers = answers;
  }

  /// Loads a model.
  @FunctionalInterface
  public interface Loading<M> extends Serializable {
    /// The model in a file.
    ///
    /// @throws IOException if it cannot be read
    M load(Path file) throws IOException;
  }

  /// Asks a model.
  @FunctionalInterface
  public interface Answering<M, E, R> extends Serializable {
    /// The answers to events, in their order. What it throws fails the job, as do more answers than
    /// events, fewer, or null.
    List<R> answer(M model, List<E> events);
  }

  private record Question<E, R>(E event, ResultFuture<R> future) {}

  /// Asks a model in a file that each task manager can read.
  public static <M, E, R> AsyncAnswers<M, E, R> of(String file, Loading<M> loading,
      Answering<M, E, R> answering, TypeInformation<R> answers) {
    return new AsyncAnswers<>(file, loading, answering, answers);
  }

  /// Likewise, with the type of the answers by its class.
  public static <M, E, R> AsyncAnswers<M, E, R> of(String file, Loading<M> loading,
      Answering<M, E, R> answering, Class<R> answers) {
    return of(file, loading, answering, TypeInformation.of(answers));
  }

  @Override
  public TypeInformation<R> getProducedType() {
    return answers;
  }

  @Override
  public void open(OpenContext context) throws IOException {
    var model = SharedModels.acquire(file, loading);
    questions = new LinkedBlockingQueue<>();
    worker = Thread.ofPlatform().daemon().name("unroll-answers").start(() -> answerAll(model));
  }

  @Override
  public void asyncInvoke(E event, ResultFuture<R> future) {
    questions.add(new Question<>(event, future));
  }

  private void answerAll(M model) {
    try {
      while (true) {
        var some = new ArrayList<Question<E, R>>();
        some.add(questions.take());
        questions.drainTo(some);
        answer(model, some);
      }
    } catch (InterruptedException | RejectedExecutionException e) {
      // The task has ended.
    }
  }

  private void answer(M model, List<Question<E, R>> some) {
    @Nullable
    List<R> given;
    try {
      given = answering.answer(model, some.stream().map(Question::event).toList());
      if (given == null) {
        throw new IllegalStateException(
            "the function returned null; return a list with an answer to each event");
      }
      if (given.size() != some.size()) {
        throw new IllegalStateException("the model gave %d answers to %d events"
            .formatted(given.size(), some.size()));
      }
      if (given.stream().anyMatch(answer -> answer == null)) {
        throw new IllegalStateException("the model gave null for an event; give an answer to each");
      }
    } catch (RuntimeException | Error e) {
      some.forEach(question -> question.future.completeExceptionally(e));
      return;
    }
    for (int i = 0; i < given.size(); i++) {
      some.get(i).future.complete(List.of(given.get(i)));
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.interrupt();
      worker = null;
      SharedModels.release(file);
    }
  }
}
