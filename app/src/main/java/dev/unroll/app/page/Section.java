package dev.unroll.app.page;

import dev.unroll.app.page.panel.Panel;
import java.util.List;

/// Panels that belong together.
///
/// @param title empty for none
/// @param paired whether two panels are side by side if the window is wide enough
public record Section(String title, boolean paired, List<Panel> panels) {
  /// The list is copied.
  public Section {
    panels = List.copyOf(panels);
  }

  /// Panels one below the other.
  public static Section of(String title, Panel... panels) {
    return new Section(title, false, List.of(panels));
  }

  /// Small panels, two side by side.
  public static Section pairs(String title, Panel... panels) {
    return new Section(title, true, List.of(panels));
  }
}
