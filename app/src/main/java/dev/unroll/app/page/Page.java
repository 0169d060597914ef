package dev.unroll.app.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// A page: its title, key figures and verdicts in words, and panels in sections.
///
/// @param subtitle one line, or empty
/// @param colors names, such as those of cells, that have one color on the whole page: curves of a
///     group with that name, or a name that continues with ` · ` or a comma (`lstm · c`), and dots.
///     Others take the colors after these
/// @param figures a few key figures
/// @param verdicts the findings, in words
/// @param sections in their order; one without panels is left out
public record Page(
    String title,
    String subtitle,
    List<String> colors,
    List<Figure> figures,
    List<Verdict> verdicts,
    List<Section> sections) {
  /// The lists are copied.
  public Page {
    colors = List.copyOf(colors);
    figures = List.copyOf(figures);
    verdicts = List.copyOf(verdicts);
    sections = List.copyOf(sections);
  }

  /// An empty page.
  public static Page of(String title, String subtitle) {
    return new Page(title, subtitle, List.of(), List.of(), List.of(), List.of());
  }

  /// With these names, each of a color, in place of its own.
  public Page colors(List<String> colors) {
    return new Page(title, subtitle, colors, figures, verdicts, sections);
  }

  /// With these figures in place of its own.
  public Page figures(List<Figure> figures) {
    return new Page(title, subtitle, colors, figures, verdicts, sections);
  }

  /// With these verdicts in place of its own.
  public Page verdicts(List<Verdict> verdicts) {
    return new Page(title, subtitle, colors, figures, verdicts, sections);
  }

  /// The same with one more section at the end.
  public Page with(Section section) {
    var more = new ArrayList<>(sections);
    more.add(section);
    return new Page(title, subtitle, colors, figures, verdicts, more);
  }

  /// The data of the page, in a form that [Json] can write.
  public SequencedMap<String, Object> fields() {
    return new PageFields().of(this);
  }

  /// The whole file.
  ///
  /// @throws IOException if the class path lacks a part of the page
  public String html() throws IOException {
    return Template.fill(Json.write(fields()));
  }

  /// Writes the file; an existing one is replaced atomically.
  public void write(Path file) throws IOException {
    SafeFile.write(file, html().getBytes(UTF_8));
  }
}
