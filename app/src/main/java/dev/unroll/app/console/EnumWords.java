package dev.unroll.app.console;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The constants of an enumeration in the spelling of the command line: `first-step`.
public abstract class EnumWords<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final List<E> constants;

  public EnumWords(Class<E> type) {
    constants = Arrays.asList(type.getEnumConstants());
  }

  @Override
  public E convert(String text) {
    return constants.stream().filter(constant -> word(constant).equalsIgnoreCase(text)).findFirst()
        .orElseThrow(() -> new TypeConversionException(
            "expected one of %s but was '%s'".formatted(words(), text)));
  }

  private List<String> words() {
    return constants.stream().map(EnumWords::word).toList();
  }

  @Override
  public Iterator<String> iterator() {
    return words().iterator();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
