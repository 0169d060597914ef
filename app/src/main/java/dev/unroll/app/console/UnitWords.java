package dev.unroll.app.console;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The units that a text is cut into, in the singular or the plural: `word` and `words`.
public final class UnitWords<E extends Enum<E>> implements ITypeConverter<E> {
  private final List<E> constants;

  public UnitWords(Class<E> type) {
    constants = Arrays.asList(type.getEnumConstants());
  }

  @Override
  public E convert(String text) {
    return constants.stream().filter(unit -> singular(unit.name()).equals(singular(text)))
        .findFirst().orElseThrow(() -> new TypeConversionException(
            "expected one of %s but was '%s'".formatted(
                constants.stream().map(unit -> unit.name().toLowerCase(Locale.ROOT)).toList(),
                text)));
  }

  private static String singular(String word) {
    return word.toLowerCase(Locale.ROOT).replaceFirst("s$", "");
  }
}
