package dev.unroll.flink.state;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/// A type of ours as Flink describes types: one value without fields, which is no key.
public abstract class PlainType<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1;

  private final Class<T> type;

  /// @param type the class of the values
  protected PlainType(Class<T> type) {
    this.type = type;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof PlainType;
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
