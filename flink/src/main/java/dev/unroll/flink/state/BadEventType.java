package dev.unroll.flink.state;

import dev.unroll.stream.BadEvent;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.util.OutputTag;

/// The type of events that could not be scored.
public final class BadEventType<E> extends PlainType<BadEvent<E>> {
  private static final long serialVersionUID = 1;

  private final TypeInformation<E> event;

  /// @param event the type of the events
  @SuppressWarnings("unchecked") // a class has no parameters
  public BadEventType(TypeInformation<E> event) {
    super((Class<BadEvent<E>>) (Class<?>) BadEvent.class);
    this.event = event;
  }

  /// The tag of their side output.
  public static <E> OutputTag<BadEvent<E>> tag(TypeInformation<E> event) {
    return new OutputTag<>("unroll-bad-events", new BadEventType<>(event));
  }

  @Override
  public TypeSerializer<BadEvent<E>> createSerializer(SerializerConfig config) {
    return new BadEventSerializer<>(event.createSerializer(config));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BadEventType<?> type && event.equals(type.event);
  }

  @Override
  public int hashCode() {
    return event.hashCode();
  }

  @Override
  public String toString() {
    return "BadEvent<" + event + ">";
  }
}
