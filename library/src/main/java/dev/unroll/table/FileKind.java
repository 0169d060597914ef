package dev.unroll.table;

import dev.unroll.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;

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
  },
  /// Needs a [TableFormat].
  OTHER {
    @Override
    Table read(Path file) {
      return ServiceLoader.load(TableFormat.class).stream().map(ServiceLoader.Provider::get)
          .filter(format -> format.reads(file)).findFirst()
          .orElseThrow(() -> new DataException(
              ("%s needs a reader that is not there; add the artifact unroll-datasets, or write it "
                  + "as CSV.").formatted(file)))
          .read(file);
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
      case "parquet", "pq", "mat" -> OTHER;
      default -> CSV;
    };
  }
}
