package dev.unroll.app.page;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The scripts and the style of a page one by one, for a server of pages with the same panels.
public final class PageParts {
  /// The scripts in the order in which they are loaded, after the data of the page.
  private static final List<String> SCRIPTS = List.of("base.js", "colors.js", "heat.js",
      "controls.js", "axes.js", "legend.js", "lines.js", "heatmap.js", "tokens.js", "patterns.js",
      "painted.js", "scatter.js", "parallel.js", "influence.js", "words.js", "panels.js");

  private PageParts() {}

  /// Each by its name: `uplot.js`, `uplot.css`, `uplot.license`, `page.css`, and the scripts, but
  /// for that which puts a whole page together.
  ///
  /// @throws IOException if the class path lacks one
  public static SequencedMap<String, String> all() throws IOException {
    var parts = new LinkedHashMap<String, String>(Template.uplot());
    parts.put("page.css", Template.text("page.css"));
    for (var script : SCRIPTS) {
      parts.put(script, Template.text(script));
    }
    return parts;
  }
}
