package dev.unroll.flink.state;

import dev.unroll.stream.BadEvent;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/// Writes events that could not be scored: the key, the time, the sentence, and the event as its
/// own serializer does.
final class BadEventSerializer<E> extends TypeSerializer<BadEvent<E>> {
  private static final long serialVersionUID = 1;

  private final TypeSerializer<E> events;

  BadEventSerializer(TypeSerializer<E> events) {
    this.events = events;
  }

  @Override
  public boolean isImmutableType() {
    return events.isImmutableType();
  }

  @Override
  public TypeSerializer<BadEvent<E>> duplicate() {
    return new BadEventSerializer<>(events.duplicate());
  }

  @Override
  public BadEvent<E> createInstance() {
    return new BadEvent<>("", 0, events.createInstance(), "");
  }

  @Override
  public BadEvent<E> copy(BadEvent<E> from) {
    return new BadEvent<>(from.key(), from.time(), events.copy(from.event()), from.why());
  }

  @Override
  public BadEvent<E> copy(BadEvent<E> from, BadEvent<E> reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(BadEvent<E> bad, DataOutputView target) throws IOException {
    StringValue.writeString(bad.key(), target);
    target.writeLong(bad.time());
    StringValue.writeString(bad.why(), target);
    events.serialize(bad.event(), target);
  }

  @Override
  public BadEvent<E> deserialize(DataInputView source) throws IOException {
    var key = StringValue.readString(source);
    long time = source.readLong();
    var why = StringValue.readString(source);
    return new BadEvent<>(key, time, events.deserialize(source), why);
  }

  @Override
  public BadEvent<E> deserialize(BadEvent<E> reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BadEventSerializer<?> same && events.equals(same.events);
  }

  @Override
  public int hashCode() {
    return events.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<BadEvent<E>> snapshotConfiguration() {
    return new Snapshot<>(this);
  }

  /// What a savepoint says of it: the snapshot of the serializer of the events.
  public static final class Snapshot<E>
      extends
        CompositeTypeSerializerSnapshot<BadEvent<E>, BadEventSerializer<E>> {
    /// For Flink, which reads the rest.
    public Snapshot() {}

    Snapshot(BadEventSerializer<E> serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return 1;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(BadEventSerializer<E> serializer) {
      return new TypeSerializer<?>[] {serializer.events};
    }

    @Override
    @SuppressWarnings("unchecked") // that of the events is the only one
    protected BadEventSerializer<E> createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new BadEventSerializer<>((TypeSerializer<E>) nested[0]);
    }
  }
}
