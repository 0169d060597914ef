package dev.unroll.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Files of twenty examples, and trainings on them that take a moment.
final class TinyFits {
  private static final List<String> TINY = List.of("--hidden", "7", "--embedding", "5", "--batch",
      "4", "--epochs", "2", "--lr", "0.01", "--threads", "1");

  private TinyFits() {}

  /// Names with an origin, origins with a name, numbers with bits, letters with capitals.
  static void write(Path folder) throws IOException {
    var names = new StringBuilder();
    var origins = new StringBuilder();
    var signs = new StringBuilder("input,target\n");
    var doubled = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      var name = i % 2 == 0 ? "kamo".substring(i % 3) : "lla" + "tto".substring(i % 3);
      var origin = i % 2 == 0 ? "ja" : "it";
      names.append("{\"input\": \"%s\", \"target\": \"%s\"}\n".formatted(name, origin));
      origins.append("{\"input\": \"%s\", \"target\": \"%s\"}\n".formatted(origin, name));
      signs.append(i % 2 == 0 ? "0.5 -0.5 0.25,1 0 1\n" : "-0.5 0.25,0 1\n");
      doubled.append("{\"input\": \"%s\", \"target\": [\"A\", \"B\"%s]}\n"
          .formatted("abc".substring(i % 3), i % 3 == 0 ? ", \"C\"" : ""));
    }
    Files.writeString(folder.resolve("names.jsonl"), names);
    Files.writeString(folder.resolve("origins.jsonl"), origins);
    Files.writeString(folder.resolve("signs.csv"), signs);
    Files.writeString(folder.resolve("doubled.jsonl"), doubled);
  }

  /// Runs `unroll fit`.
  static Commands.Result fit(Commands commands, String file, String out, String... more) {
    var args = new ArrayList<>(List.of("fit", file, "--out", out));
    args.addAll(TINY);
    args.addAll(List.of(more));
    return commands.run(args);
  }
}
