package dev.unroll.table;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The format of a file, by its name.
enum FileKind {
  CSV {
    @Override
    Table read(Path file) {
      return Table.csv(file);
    }
  },
  TSV {
    @Override
    Table read(Path file) {
      return Table.tsv(file);
    }
  },
  JSON_LINES {
    @Override
    Table read(Path file) {
      return Table.jsonLines(file);
    }
  },
  FOLDER {
    @Override
    Table read(Path file) {
      return Table.folder(file);
    }
  };

  abstract Table read(Path file);

  static FileKind of(Path file) {
    if (Files.isDirectory(file)) {
      return FOLDER;
    }
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    name = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "tsv", "tab" -> TSV;
      case "jsonl", "ndjson", "json" -> JSON_LINES;
      default -> CSV;
    };
  }
}
