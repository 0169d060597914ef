package dev.unroll.app.console;

import dev.unroll.data.DataException;
import dev.unroll.data.text.EditDistance;
import dev.unroll.train.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Error messages, one sentence for the user.
public final class Failure {
  private Failure() {}

  /// Whether it is an expected error, not a bug in this program.
  public static boolean isExpected(Throwable failure) {
    return switch (failure) {
      case IOException _, UncheckedIOException _, OutOfMemoryError _ -> true;
      case IllegalArgumentException _, IllegalStateException _ -> failure.getMessage() != null;
      case DataException _, TrainingException _ -> true;
      default -> false;
    };
  }

  /// The message.
  public static String sentence(Throwable failure) {
    return switch (failure) {
      case OutOfMemoryError _ ->
          ("the memory that Java may take, %,d MiB, is not enough; choose smaller --batch, --time, "
              + "--hidden or --layers, or allow more, for example with "
              + "UNROLL_JAVA_OPTS=-Xmx8g")
              .formatted(Runtime.getRuntime().maxMemory() >> 20);
      // A sentence of our own, which says more than a path.
      case FileSystemException e when e.getFile() == null && e.getReason() != null ->
          e.getReason();
      case NoSuchFileException e -> "there is no file %s; check the path".formatted(e.getFile());
      case AccessDeniedException e ->
          "%s may not be read or written; change its permissions".formatted(e.getFile());
      case FileAlreadyExistsException e -> "%s is there already".formatted(e.getFile());
      case NotDirectoryException e -> "%s is not a folder".formatted(e.getFile());
      case FileSystemException e when e.getFile() != null && e.getReason() != null ->
          "%s: %s".formatted(e.getFile(), e.getReason());
      case LostOutput e -> e.sentence();
      case InvalidPathException e -> FileNames.sentence(e);
      case UncheckedIOException e -> sentence(Objects.requireNonNull(e.getCause()));
      default -> {
        var message = failure.getMessage();
        yield message == null ? failure.toString() : OptionNames.in(message);
      }
    };
  }

  /// The message in the form of all messages: without a period, which would belong to the path or
  /// command that is often the last word, and without control characters: names from files may have
  /// some, which move the cursor of a terminal.
  public static String ended(String sentence) {
    var shown = new StringBuilder();
    sentence.codePoints().forEach(c -> shown.appendCodePoint(
        Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t' ? '·' : c));
    return withoutPeriod(shown.toString());
  }

  private static String withoutPeriod(String sentence) {
    return sentence.endsWith(".") && !sentence.endsWith("..") && !sentence.contains(". ")
        ? sentence.substring(0, sentence.length() - 1)
        : sentence;
  }

  /// The message without its advice.
  public static String reason(Throwable failure) {
    return sentence(failure).replaceFirst("(?s);.*$", "");
  }

  /// The message for invalid arguments, with a hint where to read more.
  public static String sentence(ParameterException failure) {
    var said = String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    said = said.replace("option option", "option");
    if (failure instanceof UnmatchedArgumentException unmatched) {
      said = unmatched(unmatched);
    }
    return "%s%s see %s --help"
        .formatted(
            said.replaceFirst("[.;]$", ""),
            said.endsWith("?") ? " Or" : ";",
            failure.getCommandLine().getCommandSpec().qualifiedName());
  }

  /// Options of the commands that train a model of given parts.
  private static final Set<String> OF_MODELS =
      Set.of("--cell", "--hidden", "--layers", "--embedding", "--bidirectional");

  /// Whether a command trains a task.
  private static boolean isTask(CommandLine command) {
    return command.getParent() != null && command.getParent().getCommandName().equals("train");
  }

  private static String unmatched(UnmatchedArgumentException failure) {
    var first = failure.getUnmatched().getFirst();
    var command = failure.getCommandLine();
    for (var before : command.getCommandSpec().positionalParameters()) {
      if (before.getValue() instanceof String word && !first.startsWith("-")) {
        var meant = nearest(word, command.getSubcommands().keySet());
        if (!meant.isEmpty()) {
          return "there is no '%s'; did you mean %s?".formatted(word, meant);
        }
      }
    }
    boolean isCommand =
        failure.getCommandLine().getParent() == null && !first.startsWith("-");
    if (OF_MODELS.contains(first) && isTask(command)) {
      return ("there is no option '%s' here: a task chooses its own cell and sizes by the data "
          + "(--set changes what it can); cells are given to unroll fit and unroll train text")
          .formatted(first);
    }
    var near = nearest(first, isCommand ? failure.getCommandLine().getSubcommands().keySet()
        : failure.getCommandLine().getCommandSpec().optionsMap().keySet());
    return "there is no %s '%s'%s"
        .formatted(
            isCommand ? "command" : first.startsWith("-") ? "option" : "argument",
            first,
            near.isEmpty() ? "" : "; did you mean " + near + "?");
  }

  /// The name that was probably meant: one that differs in few letters, or is longer; empty if
  /// there is none.
  private static String nearest(String word, Collection<String> names) {
    var nearest = "";
    int least = Math.max(1, (word.length() + 1) / 3) + 1;
    for (var name : names) {
      int distance = word.length() > 2 && name.startsWith(word) ? 1
          : EditDistance.of(word.codePoints().toArray(), name.codePoints().toArray());
      if (distance < least) {
        nearest = name;
        least = distance;
      }
    }
    return nearest;
  }
}
