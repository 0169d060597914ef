package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Vocabulary;
import dev.unroll.datasets.format.SourceBytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Surnames of 18 nationalities, 20,050 of them (the data of PyTorch's tutorials on character
/// networks, collected by Sean Robertson), in their original spelling, with accents. Some occur
/// more than once; `distinct` removes duplicates, so that no name is in two parts of a split.
///
/// @param nationalities in the order of their names
/// @param letters the characters of all names, and the line break, which ends a name
/// @param names all of them, nationality after nationality
public record Names(Tokens nationalities, Vocabulary letters, List<Name> names) {
  /// The end symbol of a generated name.
  public static final char END = '\n';

  private static final List<String> NATIONALITIES = List.of(
      "Arabic", "Chinese", "Czech", "Dutch", "English", "French", "German", "Greek", "Irish",
      "Italian", "Japanese", "Korean", "Polish", "Portuguese", "Russian", "Scottish", "Spanish",
      "Vietnamese");

  /// A name and its nationality.
  public record Name(String name, String nationality) {}

  /// All names, which ship with the program.
  public static Names all() {
    var names = new ArrayList<Name>();
    for (String nationality : NATIONALITIES) {
      for (String line : SourceBytes.shipped("names/%s.txt".formatted(nationality)).lines()) {
        // Some lines end in spaces or no-break spaces.
        names.add(new Name(line.replace('\u00A0', ' ').strip(), nationality));
      }
    }
    return of(names);
  }

  private static Names of(List<Name> names) {
    var text = new StringBuilder();
    names.forEach(name -> text.append(name.name()).append(END));
    return new Names(Tokens.of(NATIONALITIES), Vocabulary.of(text.toString()), names);
  }

  /// Each name once for each nationality that has it.
  public Names distinct() {
    return of(List.copyOf(new LinkedHashSet<>(names)));
  }

  /// Nationality from name, sequence → vector: the letters, then the class.
  public List<Example> nationalityOfName() {
    return names.stream()
        .map(name -> new Example(new Symbols(letters.encode(name.name())), nationality(name)))
        .toList();
  }

  /// Name from nationality, vector → sequence: the class, then the letters and `END`.
  public List<Example> nameOfNationality() {
    return names.stream()
        .map(name -> new Example(
            nationality(name), new Symbols(letters.encode(name.name() + END))))
        .toList();
  }

  private Symbols nationality(Name name) {
    return Symbols.of(nationalities.number(name.nationality()));
  }
}
