package dev.unroll.flink.state;

import dev.unroll.layer.stepping.State;
import dev.unroll.stream.KeyState;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/// Writes the state of a key as [KeyState#write] does, and copies it deeply. A snapshot of it says
/// which model the states are of ([LayoutSnapshot]).
///
/// Threads may share it: what changes with the model is only read when a snapshot is made.
public final class KeyStateSerializer extends TypeSerializer<KeyState> {
  private static final long serialVersionUID = 1;

  /// The fingerprint, time, events and length before the floats.
  private static final int HEADER = 28;

  @SuppressWarnings("serial") // it stays in its task, and what it writes is read by the snapshot
  private volatile LayoutSnapshot written;

  /// @param written what is said of the states in a snapshot
  public KeyStateSerializer(LayoutSnapshot written) {
    this.written = written;
  }

  /// Snapshots say from now on that the states are of this layout and model.
  public void describe(State.Layout layout, String model) {
    written = new LayoutSnapshot(layout, model, written.takesOthers());
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<KeyState> duplicate() {
    return this;
  }

  @Override
  public KeyState createInstance() {
    return KeyState.of(new State.Layout(List.of(), 0), KeyState.NEVER, 0, new float[0]);
  }

  @Override
  public KeyState copy(KeyState from) {
    return from.copy();
  }

  @Override
  public KeyState copy(KeyState from, KeyState reuse) {
    return from.copy();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(KeyState state, DataOutputView target) throws IOException {
    state.write(target);
  }

  @Override
  public KeyState deserialize(DataInputView source) throws IOException {
    return KeyState.read(source);
  }

  @Override
  public KeyState deserialize(KeyState reuse, DataInputView source) throws IOException {
    return KeyState.read(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    KeyState.read(source).write(target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyStateSerializer;
  }

  @Override
  public int hashCode() {
    return HEADER;
  }

  @Override
  public TypeSerializerSnapshot<KeyState> snapshotConfiguration() {
    return written;
  }
}
