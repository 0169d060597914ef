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

/// Asks a model without a state, such as a classifier of whole texts, from a thread beside the
/// stream. While it answers, the next events gather; they go to the model in one call.
///
/// ```java
/// var labels = AsyncDataStream.unorderedWait(reviews, AsyncAnswers.of("/models/reviews.unroll",
///     Classifier::load, Classifier::classifyTexts, Classification.class), 1, SECONDS, 256);
/// ```
///
/// Each task manager loads the model once. The last argument of `unorderedWait` is the number of
/// events in flight, and so the largest number in one call. Use `orderedWait` to keep the order of
/// the events.
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
    /// Returns one answer for each event, in the order of the events. The job fails if it throws,
    /// returns null, or returns more or fewer answers than there are events.
    List<R> answer(M model, List<E> events);
  }

  private record Question<E, R>(E event, ResultFuture<R> future) {}

  /// Asks a model from a file that each task manager can read.
  public static <M, E, R> AsyncAnswers<M, E, R> of(String file, Loading<M> loading,
      Answering<M, E, R> answering, TypeInformation<R> answers) {
    return new AsyncAnswers<>(file, loading, answering, answers);
  }

  /// Asks a model from a file, with the class of the answers as their type.
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
        throw new IllegalStateException("the function returned %d answers to %d events"
            .formatted(given.size(), some.size()));
      }
      if (given.stream().anyMatch(answer -> answer == null)) {
        throw new IllegalStateException(
            "the function returned null for an event; return an answer to each");
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
