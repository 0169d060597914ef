package dev.unroll.app.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `page.html` with all its parts: the scripts and the style, uPlot (script,
/// style and license from its WebJar), and the data.
final class Template {
  private static final String MAVEN = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/%s/%s";
  private static final Pattern RESOURCE = Pattern.compile("[a-z]+\\.(js|css)");

  private Template() {}

  /// @param json the data; put into a script, where `<` must not stand
  static String fill(String json) throws IOException {
    var parts = new HashMap<>(uplot());
    parts.put("data", json.replace("<", "\\u003c"));
    return fill(text("page.html"), parts);
  }

  /// The script, the style and the license of uPlot.
  static Map<String, String> uplot() throws IOException {
    var version = uplotVersion();
    return Map.of("uplot.css", text(UPLOT.formatted(version, "dist/uPlot.min.css")),
        "uplot.js", text(UPLOT.formatted(version, "dist/uPlot.iife.min.js")),
        "uplot.license", text(UPLOT.formatted(version, "LICENSE")));
  }

  /// Replaces each `@key@` that is alone, and each `@name.js@` and `@name.css@` by the resource of
  /// that name; inserted text is not expanded again.
  private static String fill(String template, Map<String, String> parts) throws IOException {
    var page = new StringBuilder();
    var pieces = template.split("@", -1);
    boolean separated = false;
    for (var piece : pieces) {
      var part = separated ? part(piece, parts) : null;
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

  private static @Nullable String part(String key, Map<String, String> parts) throws IOException {
    var part = parts.get(key);
    return part == null && RESOURCE.matcher(key).matches() ? text(key) : part;
  }

  private static String uplotVersion() throws IOException {
    var properties = new Properties();
    try (var in = open(MAVEN)) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }

  /// A resource beside this class, or with / before it of another place.
  static String text(String resource) throws IOException {
    try (var in = open(resource)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static InputStream open(String resource) throws IOException {
    @Nullable
    InputStream in = Template.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("the class path lacks " + resource + "; build Unroll anew");
    }
    return in;
  }
}
