package dev.unroll.server.generate;

import java.io.IOException;
import java.util.List;

/// Looks for texts that end a text that is written in pieces. What may be the beginning of one is
/// held back until it is known.
final class StopSearch {
  private final List<String> stop;
  private final TextSink sink;
  private final StringBuilder held = new StringBuilder();

  StopSearch(List<String> stop, TextSink sink) {
    this.stop = stop;
    this.sink = sink;
  }

  /// Takes the next piece.
  ///
  /// @return whether the text ends
  boolean take(String piece) throws IOException {
    if (stop.isEmpty()) {
      pass(piece);
      return false;
    }
    held.append(piece);
    int end = first();
    if (end >= 0) {
      pass(held.substring(0, end));
      held.setLength(0);
      return true;
    }
    int open = open();
    pass(held.substring(0, open));
    held.delete(0, open);
    return false;
  }

  /// Passes on what was held back, at the end of the text.
  void end() throws IOException {
    pass(held.toString());
    held.setLength(0);
  }

  private void pass(String text) throws IOException {
    if (!text.isEmpty()) {
      sink.take(text);
    }
  }

  private int first() {
    int first = -1;
    for (var text : stop) {
      int at = held.indexOf(text);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /// Where the longest end begins that may go on as a text that is looked for.
  private int open() {
    int longest = stop.stream().mapToInt(String::length).max().orElse(0);
    for (int from = Math.max(0, held.length() - longest + 1); from < held.length(); from++) {
      var end = held.substring(from);
      if (stop.stream().anyMatch(text -> text.startsWith(end))) {
        return from;
      }
    }
    return held.length();
  }
}
