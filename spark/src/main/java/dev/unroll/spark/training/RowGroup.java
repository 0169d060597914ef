package dev.unroll.spark.training;

import dev.unroll.spark.file.HadoopFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/// A part of a Parquet file that is read as a whole.
///
/// @param number in its file, from 0
/// @param rows in it
record RowGroup(HadoopFiles file, int number, long rows) implements Serializable {

  /// All parts of all files of a folder, in the order of their paths.
  static List<RowGroup> all(HadoopFiles folder) throws IOException {
    var groups = new ArrayList<RowGroup>();
    for (var file : folder.list()) {
      try (var reader = open(file)) {
        var blocks = reader.getRowGroups();
        for (int i = 0; i < blocks.size(); i++) {
          groups.add(new RowGroup(file, i, blocks.get(i).getRowCount()));
        }
      }
    }
    return groups;
  }

  static ParquetFileReader open(HadoopFiles file) throws IOException {
    return ParquetFileReader.open(
        HadoopInputFile.fromPath(new Path(file.path()), file.configuration().value()));
  }

  @Override
  public String toString() {
    return "row group %d of %s".formatted(number, file.path());
  }
}
