package dev.unroll.bench.streams;

import dev.unroll.flink.state.PlainType;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/// How events travel: as few bytes as they have, so that the engine has the least to do.
final class ClickType extends PlainType<Click> {
  private static final long serialVersionUID = 1;

  ClickType() {
    super(Click.class);
  }

  @Override
  public TypeSerializer<Click> createSerializer(SerializerConfig config) {
    return new Serializer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClickType;
  }

  @Override
  public int hashCode() {
    return 1;
  }

  private static final class Serializer extends TypeSerializerSingleton<Click> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public Click createInstance() {
      return new Click(0, 0, new float[Click.SIZE]);
    }

    @Override
    public Click copy(Click from) {
      return from;
    }

    @Override
    public Click copy(Click from, Click reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return 2 * Long.BYTES + Click.SIZE * Float.BYTES;
    }

    @Override
    public void serialize(Click click, DataOutputView target) throws IOException {
      target.writeLong(click.device());
      target.writeLong(click.born());
      for (float value : click.x()) {
        target.writeFloat(value);
      }
    }

    @Override
    public Click deserialize(DataInputView source) throws IOException {
      long device = source.readLong();
      long born = source.readLong();
      var x = new float[Click.SIZE];
      for (int f = 0; f < Click.SIZE; f++) {
        x[f] = source.readFloat();
      }
      return new Click(device, born, x);
    }

    @Override
    public Click deserialize(Click reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      target.write(source, getLength());
    }

    @Override
    public TypeSerializerSnapshot<Click> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /// What a savepoint says of the serializer.
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Click> {
    /// For Flink.
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
