package dev.unroll.app.export;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/// The formats, by the word behind `--to`.
final class ExportFormats implements Iterable<String> {
  private static final List<ExportFormat> ALL = List.of(new OnnxFormat(), new PyTorchFormat(),
      new KerasFormat());

  /// The words, for the help of the command.
  @Override
  public Iterator<String> iterator() {
    return ALL.stream().map(ExportFormat::word).iterator();
  }

  /// The format with this word.
  ///
  /// @throws IllegalArgumentException if there is none
  static ExportFormat of(String word) {
    return ALL.stream().filter(format -> format.word().equals(word)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "there is no format %s; models are exported to %s".formatted(word,
                ALL.stream().map(ExportFormat::word).collect(Collectors.joining(", ")))));
  }
}
