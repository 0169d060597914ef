package dev.unroll.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.data.text.Excerpt;
import dev.unroll.format.file.FileFailure;
import dev.unroll.table.text.Characters;
import dev.unroll.table.text.Decimal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Reads a `.ts` file.
final class SequenceFile {
  private final RowPlaces places;
  private final List<Features> sequences = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private List<String> classes = List.of();
  private boolean inData;
  private int dimensions;

  private SequenceFile(String name) {
    places = new RowPlaces(name);
  }

  /// @throws DataException one sentence with the line
  static Sequences read(Path file) {
    var read = new SequenceFile(file.toString());
    try (var in = new BufferedReader(Characters.of(file))) {
      long number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank() && !line.startsWith("#")) {
          read.line(line.strip(), number);
        }
      }
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
    if (read.sequences.isEmpty()) {
      throw new DataException("%s has no sequences; a .ts file has @data and then a line for each."
          .formatted(file));
    }
    return new Sequences(read.places, read.sequences, read.labels, null, null);
  }

  private void line(String line, long number) {
    if (inData) {
      places.add(number);
      sequence(line, "%s, line %d".formatted(places.name(), number));
    } else if (line.startsWith("@")) {
      directive(line.split("\\s+"), "%s, line %d".formatted(places.name(), number));
    } else {
      throw new DataException("%s, line %d: \"%s\" stands before @data; is it a .ts file?"
          .formatted(places.name(), number, Excerpt.of(line)));
    }
  }

  private void directive(String[] words, String where) {
    boolean yes = words.length > 1 && words[1].equalsIgnoreCase("true");
    switch (words[0].toLowerCase(Locale.ROOT)) {
      case "@timestamps" -> {
        if (yes) {
          throw new DataException(
              ("%s: the numbers have time stamps, which are not read; leave them"
                  + " out and write @timeStamps false.").formatted(where));
        }
      }
      case "@classlabel" -> {
        if (!yes) {
          throw new DataException(
              "%s: there are no classes, expected @classLabel true and their names."
                  .formatted(where));
        }
        classes = Arrays.asList(words).subList(2, words.length);
      }
      case "@targetlabel" -> throw new DataException(
          "%s: the targets are numbers, expected classes (@classLabel true …).".formatted(where));
      case "@data" -> inData = true;
      default -> {
        // names and sizes, which are implied by the data
      }
    }
  }

  private void sequence(String line, String where) {
    var parts = line.split(":", -1);
    int columns = parts.length - 1;
    if (columns < 1 || dimensions > 0 && columns != dimensions) {
      throw new DataException(
          ("%s: %d channels before the class, expected %s, separated by colons.")
              .formatted(where, columns,
                  dimensions > 0 ? dimensions + " as before" : "at least one"));
    }
    dimensions = columns;
    var label = parts[columns].strip();
    if (label.isEmpty() || !classes.isEmpty() && !classes.contains(label)) {
      throw new DataException("%s: the class \"%s\" is not one of %s; correct it or its head."
          .formatted(where, Excerpt.of(label), classes));
    }
    int steps = 0;
    double[] values = {};
    for (int c = 0; c < columns; c++) {
      var numbers = parts[c].split(",", -1);
      if (c == 0) {
        steps = numbers.length;
        values = new double[Math.multiplyExact(steps, columns)];
      } else if (numbers.length != steps) {
        throw new DataException(
            "%s: channel %d has %d steps, but the first one has %d; give as many."
                .formatted(where, c + 1, numbers.length, steps));
      }
      for (int t = 0; t < steps; t++) {
        values[t * columns + c] = number(numbers[t], where, c, t);
      }
    }
    sequences.add(Features.exact(values, columns));
    labels.add(label);
  }

  private static double number(String text, String where, int channel, int step) {
    byte[] bytes = text.strip().getBytes(UTF_8);
    double number = Decimal.parse(bytes, 0, bytes.length);
    if (Double.isNaN(number) && !text.strip().equals("?") && !text.strip().equals("NaN")) {
      throw new DataException("%s, channel %d, step %d: \"%s\" is no number; correct it, or write ?"
          .formatted(where, channel + 1, step + 1, Excerpt.of(text)) + " if it is missing.");
    }
    return number;
  }
}
