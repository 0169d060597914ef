package dev.unroll.app.console;

/// Arguments of commands that are printed to be pasted.
public final class ShellWord {
  private ShellWord() {}

  /// An argument as a POSIX shell reads it: in quotes if it needs them.
  public static String of(Object argument) {
    var text = argument.toString();
    return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
