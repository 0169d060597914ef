package dev.unroll.app.settings;

import dev.unroll.train.optimizer.Optimizer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The notation of optimizers on the command line.
final class Optimizers implements ITypeConverter<Optimizer> {
  @Override
  public Optimizer convert(String text) {
    try {
      return Optimizer.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
