package dev.unroll.flink.state;

import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.stream.KeyState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/// What a savepoint says of the states of keys: the layout, by fingerprint, names and sizes, and
/// the version of the model that wrote them.
///
/// As bytes, as Java writes them: the fingerprint, the version of the model as UTF, the number of
/// parts, and of each the name as UTF and the number of floats.
public class LayoutSnapshot implements TypeSerializerSnapshot<KeyState> {
  private static final int VERSION = 1;

  /// The most parts that are read: more than the layers of any network.
  private static final int MOST = 1 << 20;

  private State.Layout layout;
  private String model;

  /// Whether states of other layouts are no fault, as they begin anew or are migrated when their
  /// key has its next event.
  private final boolean takesOthers;

  /// For Flink, which reads the rest.
  public LayoutSnapshot() {
    this(new State.Layout(List.of(), 0), "", false);
  }

  /// Of the states of a model.
  ///
  /// @param model its version
  /// @param takesOthers whether states of other layouts are no fault
  public LayoutSnapshot(State.Layout layout, String model, boolean takesOthers) {
    this.layout = layout;
    this.model = model;
    this.takesOthers = takesOthers;
  }

  boolean takesOthers() {
    return takesOthers;
  }

  State.Layout layout() {
    return layout;
  }

  String model() {
    return model;
  }

  @Override
  public int getCurrentVersion() {
    return VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeLong(layout.fingerprint());
    out.writeUTF(model);
    out.writeInt(layout.parts().size());
    for (var part : layout.parts()) {
      out.writeUTF(part.name());
      out.writeInt(part.size());
    }
  }

  @Override
  public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
    if (version != VERSION) {
      throw new IOException(("the states of keys in the savepoint are of version %d, expected %d; "
          + "restore it with the unroll-flink that wrote it, or a newer one").formatted(version,
              VERSION));
    }
    long fingerprint = in.readLong();
    model = in.readUTF();
    int n = in.readInt();
    if (n < 0 || n > MOST) {
      throw new IOException("the states of keys in the savepoint have %d parts: it is damaged"
          .formatted(n));
    }
    var parts = new ArrayList<State.Layout.Part>();
    int offset = 0;
    for (int i = 0; i < n; i++) {
      var name = in.readUTF();
      int size = in.readInt();
      parts.add(new State.Layout.Part(name, offset, size));
      offset = Math.addExact(offset, size);
    }
    layout = new State.Layout(parts, fingerprint);
  }

  @Override
  public TypeSerializer<KeyState> restoreSerializer() {
    return new KeyStateSerializer(this);
  }

  /// The same layout is read as it is, whatever the weights. Each state says which layout it has,
  /// so that others can be read too; whether they may is the new job's to say.
  ///
  /// @throws StateException if the layout is another, and nobody said what becomes of such states
  @Override
  public TypeSerializerSchemaCompatibility<KeyState> resolveSchemaCompatibility(
      TypeSerializerSnapshot<KeyState> old) {
    if (!(old instanceof LayoutSnapshot before)) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    if (!takesOthers && before.layout.fingerprint() != layout.fingerprint()) {
      throw new StateException(LayoutDifference.sentence(before.layout, before.model, layout,
          model));
    }
    return TypeSerializerSchemaCompatibility.compatibleAsIs();
  }
}
