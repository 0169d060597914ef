package dev.unroll.app.console;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import picocli.CommandLine.Model.OptionSpec;

/// Marks an option, or all options of a group, that says what a model is made of, or how its data
/// are prepared. A training that begins with a trained model has that from it (`--from`).
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.TYPE})
public @interface OfTheModel {
  /// Whether an option is marked.
  final class Mark {
    private Mark() {}

    /// Whether the field of the option, or the class of its group, is marked.
    public static boolean isOn(OptionSpec option) {
      return option.userObject() instanceof Field field
          && (field.isAnnotationPresent(OfTheModel.class)
              || field.getDeclaringClass().isAnnotationPresent(OfTheModel.class));
    }
  }
}
