package dev.unroll.app.console;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/// Refuses an option that is given twice. The parser does so for options of a command itself; if
/// they are in a group it would start the group again, and silently drop the others in it. Of an
/// option `NAME=VALUE` that may be repeated it would silently take the last value of a name.
public final class Repetition implements IExecutionStrategy {
  private final IExecutionStrategy then = new RunLast();

  @Override
  public int execute(ParseResult parsed) {
    var command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    var args = command.expandedArgs();
    for (var option : command.commandSpec().options()) {
      if (!option.isMultiValue() && count(option, args) > 1) {
        throw new ParameterException(command.commandSpec().commandLine(),
            "%s is given more than once, expected at most once".formatted(option.longestName()));
      }
      if (option.typeInfo().isMap()) {
        requireDifferent(command, option, args);
      }
    }
    try {
      return then.execute(parsed);
    } catch (LostOutput e) { // of the help, which is not a command to the parser
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.sentence(), e);
    }
  }

  private static void requireDifferent(ParseResult command, OptionSpec option,
      List<String> args) {
    var names = new HashSet<String>();
    boolean isValue = false;
    for (var arg : args.stream().takeWhile(arg -> !arg.equals("--")).toList()) {
      var value = isValue ? arg
          : Arrays.stream(option.names()).filter(name -> arg.startsWith(name + "="))
              .map(name -> arg.substring(name.length() + 1)).findFirst().orElse("");
      var name = value.split("=", 2)[0];
      if (!name.isEmpty() && !names.add(name)) {
        throw new ParameterException(command.commandSpec().commandLine(),
            "%s %s is given more than once, expected at most once".formatted(option.longestName(),
                name));
      }
      isValue = !isValue && List.of(option.names()).contains(arg);
    }
  }

  private static long count(OptionSpec option, List<String> args) {
    return args.stream().takeWhile(arg -> !arg.equals("--"))
        .filter(arg -> Arrays.stream(option.names())
            .anyMatch(name -> arg.equals(name) || arg.startsWith(name + "=")))
        .count();
  }
}
