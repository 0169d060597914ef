package dev.unroll.kafka;

import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The model of a source that is watched, once for all tasks of an application. Safe for use by
/// several threads.
final class WatchedModel {
  private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

  private final ModelSource source;
  private @Nullable StreamModel model;
  private long looked = Long.MIN_VALUE / 2;

  WatchedModel(ModelSource source) {
    this.source = source;
  }

  /// The model that scores now.
  ///
  /// @throws UncheckedIOException if it has to be read and cannot be
  synchronized StreamModel current() {
    if (model == null) {
      try {
        model = source.load();
      } catch (IOException e) {
        throw new UncheckedIOException("the model cannot be loaded: " + e.getMessage(), e);
      }
    }
    return model;
  }

  /// Looks for another model, unless another task has just done so. The current model stays if the
  /// other cannot be read, such as a file that is being written, or is refused.
  ///
  /// @param now in milliseconds
  synchronized StreamModel look(long now, Duration period, ModelChange change) {
    var old = current();
    if (now - looked < period.toMillis() / 2) {
      return old;
    }
    looked = now;
    try {
      var found = source.load();
      if (!found.equals(old)) {
        found.requireNamesOf(old);
        change.fit(old.initial(), found);
        model = found;
        LOG.info("model {} takes over from {}", found.version(), old.version());
      }
    } catch (IOException | RuntimeException e) { // whatever it is: the stream goes on
      LOG.warn("model {} stays: {}", old.version(), e.getMessage());
    }
    return current();
  }
}
