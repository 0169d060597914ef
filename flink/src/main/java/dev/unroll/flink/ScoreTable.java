package dev.unroll.flink;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/// Scores the rows of a table in SQL, with a recurrent model that has a state for each partition.
///
/// ```sql
/// SELECT device, scores['y0'] FROM score(
///     input => TABLE readings PARTITION BY device, model => '/models/pumps.safetensors',
///     on_time => DESCRIPTOR(ts))
/// ```
///
/// Register it by `tables.createTemporarySystemFunction("score", ScoreTable.class)`. Each feature
/// is read from the column of the same name. The result of a row has `scores`, a map from the names
/// of the numbers to their values, the `label` with the largest value, the version of the `model`,
/// and `why`. If a row cannot be scored, `why` says the reason and `scores` is null. `on_time`
/// names the column with the time of a row; without it, the gap between rows is unknown.
///
/// Rows are scored one at a time. [BatchedScoring] is faster.
@DataTypeHint("ROW<scores MAP<STRING, FLOAT>, label STRING, model STRING, why STRING>")
public final class ScoreTable extends ProcessTableFunction<Row> {
  private static final long serialVersionUID = 1;

  private transient @Nullable Map<String, EventBatch<Row>> batches;

  /// For Flink.
  public ScoreTable() {}

  /// The state of a partition, a row of Flink's.
  public static final class Kept {
    /// The fingerprint of the layout of the numbers.
    public long layout;

    /// The time of the last row in milliseconds.
    public long time;

    /// How many rows it has seen.
    public long events;

    /// The numbers; null before the first row.
    public float @Nullable [] numbers;

    /// For Flink.
    public Kept() {}

    KeyState state(StreamModel model) {
      if (numbers == null) {
        return model.initial();
      }
      if (layout != model.layout().fingerprint()) {
        throw new StateException(("the state of the partition has the layout %016x, but that of "
            + "model %s is %016x, %s; score with a model of the same layers, or start the query "
            + "without the savepoint").formatted(layout, model.version(),
                model.layout().fingerprint(), model.layout()));
      }
      return KeyState.of(model.layout(), time, events, numbers);
    }

    void keep(KeyState state) {
      layout = state.fingerprint();
      time = state.time();
      events = state.events();
      numbers = state.values();
    }
  }

  /// Scores a row.
  ///
  /// @throws IOException if the model cannot be read
  public void eval(Context context, @StateHint Kept kept,
      @ArgumentHint(ArgumentTrait.SET_SEMANTIC_TABLE) Row input, String model)
      throws IOException {
    var batch = batch(model);
    var state = kept.state(batch.model());
    var time = context.timeContext(Long.class).time();
    var why = batch.add(input, time == null ? KeyState.NEVER : time, state);
    if (why == null) {
      batch.score();
      var score = batch.score(0);
      var scores = new LinkedHashMap<String, Float>();
      for (int i = 0; i < score.names().size(); i++) {
        scores.put(score.names().get(i), score.value(i));
      }
      collect(Row.of(scores, score.label(), score.version(), null));
      kept.keep(state);
    } else {
      collect(Row.of(null, null, batch.model().version(), why));
    }
    batch.clear();
  }

  private EventBatch<Row> batch(String model) throws IOException {
    if (batches == null) {
      batches = new LinkedHashMap<>();
    }
    var known = batches.get(model);
    if (known == null) {
      known = new EventBatch<>(ModelSource.file(model).load(), Features.byName(ScoreTable::field),
          BadEvents.SKIP, 1);
      batches.put(model, known);
    }
    return known;
  }

  private static @Nullable Object field(Row row, String name) {
    var names = row.getFieldNames(true);
    if (names == null || !names.contains(name)) {
      throw new DataException("there is no column %s; the table has %s".formatted(name, names));
    }
    return row.getField(name);
  }
}
