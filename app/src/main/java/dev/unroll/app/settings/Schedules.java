package dev.unroll.app.settings;

import dev.unroll.train.schedule.Schedule;
import java.util.Iterator;
import java.util.Locale;
import java.util.TreeSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The notation of schedules on the command line.
final class Schedules implements ITypeConverter<Schedule>, Iterable<String> {
  @Override
  public Schedule convert(String text) {
    try {
      return Schedule.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /// The named schedules.
  @Override
  public Iterator<String> iterator() {
    var names = new TreeSet<String>();
    Schedule.named().keySet().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return names.iterator();
  }
}
