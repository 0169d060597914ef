package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.inspect.Spectrum;
import dev.unroll.inspect.StepJacobian;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// Panels of step Jacobians and recurrent matrices.
final class JacobianPanels {
  private JacobianPanels() {}

  /// The singular values of the Jacobians of each step, those of one sample.
  static Panel jacobians(SequencedMap<String, StepJacobian> found) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    found.forEach((name, jacobian) -> choices.add(new Choice<>(name, series(jacobian))));
    return new Lines(Captions.JACOBIAN, Axis.counted("step t"), Axis.log("singular value"),
        choices);
  }

  private static List<LineSeries> series(StepJacobian jacobian) {
    var series = new ArrayList<LineSeries>();
    for (int i = 0; i < jacobian.at(0, 0).length; i++) {
      var values = new double[jacobian.steps()];
      for (int t = 0; t < values.length; t++) {
        values[t] = jacobian.at(t, 0)[i];
      }
      series.add(LineSeries.from(0, "σ" + subscript(i + 1), values));
    }
    return series;
  }

  private static String subscript(int n) {
    return Integer.toString(n).chars().map(c -> c - '0' + '₀')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /// A row for each matrix.
  static Panel spectra(SequencedMap<String, SequencedMap<String, Spectrum>> found) {
    var rows = new ArrayList<List<String>>();
    found.forEach((name, spectra) -> {
      spectra.forEach((matrix, spectrum) -> rows.add(row(name, matrix, spectrum)));
      if (spectra.isEmpty()) {
        rows.add(List.of(name, "all", "above %,d".formatted(Findings.LARGEST_MATRIX),
            "left out, as it takes minutes; Spectrum.of(layer) finds them", "", ""));
      }
    });
    return TableElement.of(Captions.SPECTRA,
        List.of("layer", "matrix", "size", "ρ", "σ₁ (largest)", "smallest"), rows);
  }

  private static List<String> row(String layer, String matrix, Spectrum spectrum) {
    var values = spectrum.singularValues();
    return List.of(layer, matrix, "%d × %d".formatted(spectrum.rows(), spectrum.columns()),
        spectrum.radius().map(radius -> "%.3f".formatted(radius.value())).orElse("not square"),
        "%.3f".formatted(spectrum.norm()), "%.3g".formatted(values[values.length - 1]));
  }
}
