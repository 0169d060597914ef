package dev.unroll.flink;

import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/// Where the models of an operator come from: that of the job, one that came later and is in a
/// checkpoint, a file that is watched.
final class ModelUpdates<E> {
  private final ScoringOptions<E, ?> options;
  private final @Nullable ModelWatch watch;
  private final ListState<byte[]> kept;
  private String configured = "";

  /// @param store keeps a model that came later
  ModelUpdates(ScoringOptions<E, ?> options, OperatorStateStore store) throws Exception {
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

  /// The model to begin with: of a job that watches a file the one that it had, whatever is in the
  /// file by now, which is looked at afterwards.
  StreamModel begin() throws Exception {
    for (var bytes : kept.get()) {
      if (watch != null) {
        var live = LiveModel.of(bytes);
        configured = live.configured();
        return live.model();
      }
    }
    var model = options.model().load();
    configured = model.version();
    for (var bytes : kept.get()) {
      var live = LiveModel.of(bytes);
      if (live.configured().equals(configured)) {
        model = live.model();
      }
    }
    return model;
  }

  /// The model in the file that is watched, if it has changed.
  @Nullable
  StreamModel look() throws IOException {
    return watch == null ? null : watch.look();
  }

  /// Keeps the model in use if it is not that of the job, or may be gone from its file: once, as
  /// every task gets it back.
  void keep(StreamModel model, int subtask) throws Exception {
    boolean isThere = watch == null && model.version().equals(configured);
    kept.update(subtask > 0 || isThere ? List.of()
        : List.of(new LiveModel(configured, model).toBytes()));
  }
}
