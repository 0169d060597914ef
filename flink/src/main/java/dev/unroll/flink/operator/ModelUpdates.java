package dev.unroll.flink.operator;

import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models of an operator: the one of the job, one that came later and is stored in checkpoints,
/// and those of a file that is watched.
public final class ModelUpdates<E> {
  private static final Logger LOG = LoggerFactory.getLogger(ModelUpdates.class);

  private final ScoringOptions<E, ?> options;
  private final @Nullable ModelWatch watch;
  private final ListState<byte[]> kept;
  private String configured = "";
  private long looked = Long.MIN_VALUE;

  /// @param store keeps a model that came later
  public ModelUpdates(ScoringOptions<E, ?> options, OperatorStateStore store) throws Exception {
    this.options = options;
    watch = options.watched() == null ? null : new ModelWatch(options.watched());
    kept = store.getUnionListState(new ListStateDescriptor<>("unroll-model",
        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  /// Loads a model.
  @FunctionalInterface
  interface Loading {
    /// A model.
    ///
    /// @return null if there is none that is new
    /// @throws IOException if it cannot be read
    @Nullable
    StreamModel load() throws IOException;
  }

  /// The model to begin with: the one in the checkpoint if the job was started with the same model
  /// before, else the one of the job. A job that watches a file always begins with the one in the
  /// checkpoint, whatever the file contains by now, and looks at the file afterwards.
  public StreamModel begin() throws Exception {
    LiveModel live = null;
    for (var bytes : kept.get()) {
      live = LiveModel.of(bytes);
    }
    if (live != null && watch != null) {
      configured = live.configured();
      return live.model();
    }
    var model = options.model().load();
    configured = model.version();
    return live != null && live.configured().equals(configured) ? live.model() : model;
  }

  /// Takes the model in the file that is watched, if it has changed.
  ///
  /// @param operator its name, for the log
  void look(KeyedModel<E> keyed, ScoringMetrics measured, String operator) {
    if (watch != null) {
      take(watch::look, keyed, measured, operator);
    }
  }

  /// Looks at the file that is watched, if the last look was long enough ago.
  ///
  /// @param now in milliseconds; a clock that was set back counts as a long while
  public void look(long now, KeyedModel<E> keyed, ScoringMetrics measured, String operator) {
    if (now < looked || now >= looked + options.watchEvery()) {
      looked = now;
      look(keyed, measured, operator);
    }
  }

  /// Whether a file is watched.
  public boolean isWatching() {
    return watch != null;
  }

  /// Takes another model, if there is one that may take over.
  ///
  /// @param keyed whose batch is empty
  void take(Loading loading, KeyedModel<E> keyed, ScoringMetrics measured, String operator) {
    try {
      var model = loading.load();
      if (model != null && !model.equals(keyed.model())) {
        keyed.take(model);
        measured.modelTaken();
        LOG.info("{} has taken {}", operator, model);
      }
    } catch (IOException | RuntimeException e) {
      measured.modelRefused();
      LOG.warn("{} keeps model {}: {}", operator, keyed.model().version(), e.getMessage(), e);
    }
  }

  /// Stores the model in use, unless it is the one of the job and comes from no watched file. Only
  /// the first task stores it, since every task reads it back.
  public void keep(StreamModel model, int subtask) throws Exception {
    boolean isThere = watch == null && model.version().equals(configured);
    kept.update(subtask > 0 || isThere ? List.of()
        : List.of(new LiveModel(configured, model).toBytes()));
  }
}
