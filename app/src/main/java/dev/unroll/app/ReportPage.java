package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Puts a page together: a template such as `report.html`, uPlot (script, style and licence from its
/// WebJar), and the data.
final class ReportPage {
  private static final String MAVEN = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/%s/%s";

  private ReportPage() {}

  /// @param template the resource beside this class
  /// @param json the data; put into a script, where `<` must not stand
  static String of(String template, String json) throws IOException {
    var version = uplotVersion();
    return fill(
        text(template),
        Map.of(
            "uplot.css", text(UPLOT.formatted(version, "dist/uPlot.min.css")),
            "uplot.js", text(UPLOT.formatted(version, "dist/uPlot.iife.min.js")),
            "uplot.license", text(UPLOT.formatted(version, "LICENSE")),
            "data", json.replace("<", "\\u003c")));
  }

  /// Replaces each `@key@` that stands alone; what is put in is not looked at again.
  private static String fill(String template, Map<String, String> parts) {
    var page = new StringBuilder();
    var pieces = template.split("@", -1);
    boolean separated = false;
    for (var piece : pieces) {
      var part = separated ? parts.get(piece) : null;
      if (part != null) {
        page.append(part.strip());
        separated = false;
      } else {
        page.append(separated ? "@" : "").append(piece);
        separated = true;
      }
    }
    return page.toString();
  }

  private static String uplotVersion() throws IOException {
    var properties = new Properties();
    try (var in = open(MAVEN)) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }

  private static String text(String resource) throws IOException {
    try (var in = open(resource)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static InputStream open(String resource) throws IOException {
    @Nullable
    InputStream in = ReportPage.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("the class path lacks " + resource + "; build Unroll anew");
    }
    return in;
  }
}
