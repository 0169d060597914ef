package dev.unroll.flink.state;

import dev.unroll.stream.ModelSource;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.util.InstantiationUtil;

/// Writes where a model is as Java does: models come seldom, and their source is a function.
public final class ModelSourceSerializer extends TypeSerializerSingleton<ModelSource> {
  private static final long serialVersionUID = 1;

  /// A serializer.
  public ModelSourceSerializer() {}

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public ModelSource createInstance() {
    return () -> {
      throw new IOException("there is no model");
    };
  }

  @Override
  public ModelSource copy(ModelSource from) {
    return from;
  }

  @Override
  public ModelSource copy(ModelSource from, ModelSource reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(ModelSource source, DataOutputView target) throws IOException {
    var bytes = InstantiationUtil.serializeObject(source);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public ModelSource deserialize(DataInputView source) throws IOException {
    var bytes = new byte[source.readInt()];
    source.readFully(bytes);
    try {
      return InstantiationUtil.deserializeObject(bytes,
          Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException("the source of a model needs a class that the job lacks: "
          + e.getMessage(), e);
    }
  }

  @Override
  public ModelSource deserialize(ModelSource reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public TypeSerializerSnapshot<ModelSource> snapshotConfiguration() {
    return new Snapshot();
  }

  /// What a savepoint says of it: nothing more than its name.
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ModelSource> {
    /// For Flink.
    public Snapshot() {
      super(ModelSourceSerializer::new);
    }
  }
}
