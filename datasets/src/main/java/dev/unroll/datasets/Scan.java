package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.format.SourceBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// SCAN: commands such as `jump opposite right twice` and their actions, encoder – decoder
/// with exact-match scoring (Lake and Baroni, "Generalization without Systematicity", ICML 2018).
///
/// @param commands the words of commands
/// @param actions the words of actions
/// @param split the parts of the source; nothing is held out for validation
public record Scan(Tokens commands, Tokens actions, Split split) {
  private static final String IN = "IN: ";
  private static final String OUT = " OUT: ";

  /// A command and its actions.
  private record Line(List<String> command, List<String> actions) {}

  /// The simple split, which ships with the program: 16,728 random commands for training, the other
  /// 4,182 for test.
  public static Scan simple() {
    return of(
        SourceBytes.shipped("scan/tasks_train_simple.txt.gz"),
        SourceBytes.shipped("scan/tasks_test_simple.txt.gz"));
  }

  /// The files `tasks_train_NAME.txt` and `tasks_test_NAME.txt`, plain or `.gz`, of a folder: the
  /// splits `simple`, `length`, `addprim_jump` and so on.
  ///
  /// @throws dev.unroll.data.DataException one sentence, if one is missing or a line is something
  ///     else
  public static Scan read(Path folder, String split) {
    return of(
        SourceBytes.in(folder, "tasks_train_%s.txt".formatted(split)),
        SourceBytes.in(folder, "tasks_test_%s.txt".formatted(split)));
  }

  private static Scan of(SourceBytes trainSource, SourceBytes testSource) {
    var train = lines(trainSource);
    var test = lines(testSource);
    var all = new ArrayList<>(train);
    all.addAll(test);
    var commands = Tokens.in(all.stream().map(Line::command).toList());
    var actions = Tokens.in(all.stream().map(Line::actions).toList());
    return new Scan(
        commands,
        actions,
        new Split(
            examples(train, commands, actions), List.of(), examples(test, commands, actions)));
  }

  private static List<Line> lines(SourceBytes source) {
    var lines = new ArrayList<Line>();
    for (String line : source.lines()) {
      int out = line.indexOf(OUT);
      if (!line.startsWith(IN) || out < IN.length()) {
        throw source.wrongLine(lines.size(), "expected \"IN: command OUT: actions\"");
      }
      lines.add(
          new Line(
              List.of(line.substring(IN.length(), out).strip().split(" +")),
              List.of(line.substring(out + OUT.length()).strip().split(" +"))));
    }
    return lines;
  }

  private static List<Example> examples(List<Line> lines, Tokens commands, Tokens actions) {
    return lines.stream()
        .map(line -> new Example(
            new Symbols(commands.encode(line.command())),
            new Symbols(actions.encode(line.actions()))))
        .toList();
  }
}
