package dev.unroll.table;

import java.nio.file.Path;

/// A format of tables that [Table#read] knows if it is found by `ServiceLoader`. The artifact
/// `unroll-datasets` has Parquet (`.parquet`, `.pq`) and MATLAB files (`.mat`).
///
/// Implementations have no state.
public interface TableFormat {
  /// Whether it reads a file, by its name.
  boolean reads(Path file);

  /// Reads a file; [Table#of] makes a table of columns.
  ///
  /// @throws dev.unroll.data.DataException one sentence, if it cannot be read or is something else
  Table read(Path file);
}
