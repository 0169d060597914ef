package dev.unroll.app.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.console.Terminal;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The command of a run, in its folder: with it and the data alone a run that was killed can go on.
///
/// @param args the words after `unroll train`, of which the first is the name of the task
/// @param folder the folder of relative paths
/// @param data the fingerprint of each file or folder that was read, by its path as it was given
public record StoredCommand(List<String> args, String folder, SequencedMap<String, String> data) {
  /// The name of its file in the folder of the run.
  public static final String FILE = "command.json";

  /// Copies the list.
  public StoredCommand {
    args = List.copyOf(args);
  }

  /// The command with the fingerprints of its data.
  ///
  /// @throws IOException one sentence, if they cannot be read
  public static StoredCommand of(List<String> args, Terminal terminal, List<String> files)
      throws IOException {
    var data = new LinkedHashMap<String, String>();
    for (var file : files) {
      data.put(file, Fingerprint.of(terminal.path(Path.of(file))));
    }
    return new StoredCommand(args, terminal.folder().toAbsolutePath().toString(), data);
  }

  /// Whether there is one in the folder of a run.
  public static boolean isIn(Path run) {
    return Files.exists(run.resolve(FILE));
  }

  /// Writes it into the folder of a run.
  ///
  /// @throws IOException one sentence
  public void write(Path run) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("command", args);
    fields.put("folder", folder);
    fields.put("data", data);
    SafeFile.write(run.resolve(FILE), (Json.write(fields) + "\n").getBytes(UTF_8));
  }

  /// Reads it from the folder of a run.
  ///
  /// @throws IOException one sentence
  public static StoredCommand read(Path run) throws IOException {
    var file = run.resolve(FILE);
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
    var fields = JsonFields.parse(text, file.toString());
    var data = new LinkedHashMap<String, String>();
    var stored = fields.object("data");
    for (var name : stored.keys()) {
      data.put(name, stored.string(name));
    }
    return new StoredCommand(fields.strings("command"), fields.string("folder"), data);
  }

  /// A terminal like another one, in the folder in which the command was given.
  public Terminal at(Terminal terminal) {
    return folder.equals(terminal.folder().toAbsolutePath().toString()) ? terminal
        : new Terminal(terminal.in(), terminal.out(), terminal.err(),
            terminal.folder().resolve(folder), terminal.interactive());
  }

  /// Checks that the data are those of the run: with others the result would be that of neither.
  ///
  /// @param terminal in the folder of the command
  /// @param run for messages
  /// @throws IOException one sentence
  public void requireSameData(Terminal terminal, Path run) throws IOException {
    for (Map.Entry<String, String> one : data.entrySet()) {
      var path = terminal.path(Path.of(one.getKey()));
      if (!Files.exists(path)) {
        throw new IOException("%s, which the run in %s was begun with, is not there any more; bring"
            .formatted(path, run) + " it back, or start a new run");
      }
      if (one.getValue().equals(Fingerprint.NONE)) {
        throw new IOException("%s, which the run in %s was begun with, was no file that could be"
            .formatted(path, run) + " read again; start a new run");
      }
      if (!Fingerprint.of(path).equals(one.getValue())) {
        throw new IOException("%s has changed since the run in %s was begun; bring back what it"
            .formatted(path, run) + " was, or start a new run");
      }
    }
  }
}
