package dev.unroll.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A readable dump of intermediate forms: each plan when it is bound to sizes, each emitted class
/// when it is generated. Off unless the system property `unroll.dump` or [#use] enables it;
/// `-Dunroll.dump=plan,bytecode` dumps both.
///
/// @param what what is dumped
/// @param folder the folder of the files, with the emitted classes themselves; null for
///     `System.err`
public record Dump(Set<What> what, @Nullable Path folder) {

  /// What can be dumped.
  public enum What {
    /// The stages of a cell and the memory of its values.
    PLAN,
    /// The emitted classes, instruction by instruction.
    BYTECODE
  }

  private static final String PROPERTY = "unroll.dump";
  private static final String FOLDER = "unroll.dump.to";

  private static @Nullable Dump current;

  /// Copies its set.
  public Dump {
    what = Set.copyOf(what);
  }

  /// Parses the words of the property.
  ///
  /// @param words `plan`, `bytecode` or both with a comma between; nothing for none
  /// @param folder null for `System.err`
  /// @throws IllegalArgumentException if there is another word
  public static Dump of(String words, @Nullable Path folder) {
    var what = EnumSet.noneOf(What.class);
    for (var word : words.isBlank() ? List.<String>of() : Arrays.asList(words.split(",", -1))) {
      what.add(Arrays.stream(What.values())
          .filter(w -> w.name().toLowerCase(Locale.ROOT).equals(word.strip())).findFirst()
          .orElseThrow(() -> new IllegalArgumentException(
              "%s cannot be dumped; write plan, bytecode or plan,bytecode".formatted(
                  word.isBlank() ? "Nothing" : "\"" + word.strip() + "\""))));
    }
    return new Dump(what, folder);
  }

  /// Sets what is dumped from now on in this JVM; stages that have been emitted are not dumped
  /// again.
  public static synchronized void use(Dump dump) {
    current = dump;
  }

  /// The current setting: by [#use], else by the properties `unroll.dump` and `unroll.dump.to`.
  public static synchronized Dump current() {
    var known = current;
    if (known == null) {
      var folder = System.getProperty(FOLDER);
      known = of(System.getProperty(PROPERTY, ""), folder == null ? null : Path.of(folder));
      current = known;
    }
    return known;
  }

  /// Whether this is dumped.
  public boolean has(What wanted) {
    return what.contains(wanted);
  }

  /// Writes a text, to a file of its own if there is a folder; a file of that name is replaced.
  public void write(String name, String text) {
    if (folder == null) {
      System.err.print(text);
    } else {
      write(name, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Writes a file if there is a folder.
  public void write(String name, byte[] bytes) {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written to the folder of the dump, %s".formatted(name, folder), e);
    }
  }
}
