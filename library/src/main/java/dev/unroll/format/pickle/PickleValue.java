package dev.unroll.format.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value of a pickle. Values may share parts and contain themselves, so whoever walks through
/// them has to count; they are compared by identity, except plain ones.
public sealed interface PickleValue {

  /// `None`.
  enum None implements PickleValue {
    NONE
  }

  /// `True` or `False`.
  record Bool(boolean value) implements PickleValue {}

  /// A whole number of up to 64 bits.
  record Whole(long value) implements PickleValue {}

  /// A larger one.
  record Large(BigInteger value) implements PickleValue {}

  /// A floating-point number.
  record Real(double value) implements PickleValue {}

  /// A text.
  record Text(String value) implements PickleValue {}

  /// Bytes.
  final class Bytes implements PickleValue {
    private final byte[] value;

    Bytes(byte[] value) {
      this.value = value;
    }

    /// The bytes, not copied.
    public byte[] value() {
      return value;
    }
  }

  /// A name, `module.name`: a class, a function or another object of a module.
  record Global(String module, String name) implements PickleValue {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /// A list, tuple or set.
  final class Items implements PickleValue {
    final List<PickleValue> values;

    Items(List<PickleValue> values) {
      this.values = values;
    }

    /// The elements.
    public List<PickleValue> values() {
      return Collections.unmodifiableList(values);
    }
  }

  /// A dictionary, ordered or not; also the attributes of an object.
  final class Dict implements PickleValue {
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /// A key and its value.
    public record Entry(PickleValue key, PickleValue value) {}

    /// Plain keys are equal by value; hashing others could take forever.
    void put(PickleValue key, PickleValue value) {
      Object by = switch (key) {
        case Text(var text) -> text;
        case Whole(var number) -> number;
        case Bool(var flag) -> flag;
        default -> key instanceof Global ? key : new Identity(key);
      };
      entries.put(by, new Entry(key, value));
    }

    /// The value of a text; null if there is none.
    public @Nullable PickleValue get(String key) {
      var entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /// The entries, in order.
    public List<Entry> entries() {
      return new ArrayList<>(entries.values());
    }

    private record Identity(PickleValue value) {
      @Override
      @SuppressWarnings("ReferenceEquality") // what it is for
      public boolean equals(@Nullable Object other) {
        return other instanceof Identity it && it.value == value;
      }

      @Override
      public int hashCode() {
        return System.identityHashCode(value);
      }
    }
  }

  /// What a call would give if anything was called: the name, what it was given, and the state that
  /// was set.
  final class Called implements PickleValue {
    private final Global callee;
    private final List<PickleValue> arguments;
    final List<PickleValue> appended = new ArrayList<>();
    final Dict items = new Dict();
    PickleValue state = None.NONE;

    Called(Global callee, List<PickleValue> arguments) {
      this.callee = callee;
      this.arguments = Collections.unmodifiableList(arguments);
    }

    /// The name that is called.
    public Global callee() {
      return callee;
    }

    /// What it is given.
    public List<PickleValue> arguments() {
      return arguments;
    }

    /// The state, most often a [Dict] of attributes.
    public PickleValue state() {
      return state;
    }

    /// What was set by key, if it is a dictionary of a kind of its own.
    public Dict items() {
      return items;
    }
  }

  /// An object that lies outside of the pickle, by what identifies it.
  final class Persistent implements PickleValue {
    private final PickleValue id;

    Persistent(PickleValue id) {
      this.id = id;
    }

    /// What identifies it.
    public PickleValue id() {
      return id;
    }
  }
}
