package dev.unroll.app.settings;

import dev.unroll.train.optimizer.OuterStep;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The notation of outer steps on the command line.
final class OuterSteps implements ITypeConverter<OuterStep> {
  @Override
  public OuterStep convert(String text) {
    try {
      return OuterStep.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
