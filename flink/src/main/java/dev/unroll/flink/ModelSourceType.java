package dev.unroll.flink;

import dev.unroll.flink.state.ModelSourceSerializer;
import dev.unroll.flink.state.PlainType;
import dev.unroll.stream.ModelSource;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/// The type of a stream of models, such as `paths.map(ModelSource::file).returns(new
/// ModelSourceType())`. Sources are sent by Java serialization.
public final class ModelSourceType extends PlainType<ModelSource> {
  private static final long serialVersionUID = 1;

  /// The type.
  public ModelSourceType() {
    super(ModelSource.class);
  }

  @Override
  public TypeSerializer<ModelSource> createSerializer(SerializerConfig config) {
    return new ModelSourceSerializer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelSourceType;
  }

  @Override
  public int hashCode() {
    return ModelSourceType.class.hashCode();
  }
}
