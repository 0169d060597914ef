package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.unroll.app.page.PageParts;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files of the page: those of the studio, and the panels, styles and uPlot of the pages that
/// need no server. All are in memory; a request names one of them or nothing.
final class StudioAssets {
  /// The page itself.
  static final String INDEX = "index.html";

  private static final List<String> OWN = List.of(INDEX, "studio.css", "main.js", "views.js",
      "ask.js", "runs.js", "compare.js", "run.js", "charts.js", "play.js", "write.js", "answers.js",
      "examples.js", "xray.js", "learn.js", "structures.js", "experiments.js", "filter.js",
      "words-en.js", "words-zh.js");

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /// @param token for the page
  StudioAssets(String token) throws IOException {
    for (var name : OWN) {
      files.put(name, read(name));
    }
    for (var part : PageParts.all().entrySet()) {
      files.put(part.getKey(), part.getValue().getBytes(UTF_8));
    }
    var page = new String(requireNonNull(files.get(INDEX)), UTF_8);
    files.put(INDEX, page.replace("@token@", token).getBytes(UTF_8));
  }

  private static byte[] read(String name) throws IOException {
    @Nullable
    InputStream in = StudioAssets.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("the class path lacks %s; build Unroll anew".formatted(name));
    }
    try (in) {
      return in.readAllBytes();
    }
  }

  /// A file; null if there is none of that name.
  byte @Nullable [] file(String name) {
    return files.get(name);
  }

  /// The type of a file for the browser.
  static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      default -> "text/plain; charset=utf-8";
    };
  }
}
