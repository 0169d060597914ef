package dev.unroll.stream;

import dev.unroll.layer.stepping.StateException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// What to do with the states of keys when a model with another layout takes over. States of the
/// same layout are always kept.
@FunctionalInterface
public interface ModelChange extends Serializable {
  /// The state for the new model.
  ///
  /// @param old of another layout
  /// @return null for that of a key without events
  /// @throws StateException to refuse
  @Nullable
  KeyState migrate(KeyState old, StreamModel model);

  /// Refuses: the default. A model with another layout does not take over.
  static ModelChange refuse() {
    return (old, model) -> {
      throw new StateException(
          ("the state of the key has %d numbers with fingerprint %016x, but the"
              + " model keeps %s; take the model it was made with, or say what becomes of it:"
              + " ModelChange.reset(), or a function").formatted(old.values().length,
                  old.fingerprint(), model.layout()));
    };
  }

  /// Keys begin anew.
  static ModelChange reset() {
    return (_, _) -> null;
  }

  /// The state of a key for a model: the same if it fits, else what [#migrate] makes of it.
  ///
  /// @throws StateException if it is refused, or what was made does not fit
  default KeyState fit(@Nullable KeyState state, StreamModel model) {
    if (state == null) {
      return model.initial();
    }
    if (state.fits(model.layout())) {
      return state;
    }
    var made = migrate(state, model);
    if (made != null && !made.fits(model.layout())) {
      throw new StateException("the migrated state has %d numbers with fingerprint %016x, expected"
          .formatted(made.values().length, made.fingerprint()) + " those of " + model.layout());
    }
    return made == null ? model.initial() : made;
  }
}
