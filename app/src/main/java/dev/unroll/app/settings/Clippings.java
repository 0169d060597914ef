package dev.unroll.app.settings;

import dev.unroll.train.clipping.Clipping;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The notation of clipping on the command line.
final class Clippings implements ITypeConverter<Clipping> {
  @Override
  public Clipping convert(String text) {
    try {
      return Clipping.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
