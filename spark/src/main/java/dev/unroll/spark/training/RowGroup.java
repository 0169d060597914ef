package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import dev.unroll.spark.file.HadoopFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.types.StructType;

/// A part of a Parquet file that is read as a whole.
///
/// @param number in its file, from 0
/// @param rows in it
/// @param bytes of them in the file
record RowGroup(HadoopFiles file, int number, long rows,
    long bytes) implements Serializable {

  /// All parts of all files of a folder, in the order of their paths.
  static List<RowGroup> all(HadoopFiles folder) throws IOException {
    var groups = new ArrayList<RowGroup>();
    for (var file : folder.list()) {
      try (var reader = open(file)) {
        var blocks = reader.getRowGroups();
        for (int i = 0; i < blocks.size(); i++) {
          groups.add(new RowGroup(file, i, blocks.get(i).getRowCount(),
              blocks.get(i).getCompressedSize()));
        }
      }
    }
    return groups;
  }

  /// Refuses columns that are not in the files, but in the names of folders.
  ///
  /// @throws DataException if there is one
  static void requireColumns(List<RowGroup> groups, StructType columns) throws IOException {
    if (groups.isEmpty()) {
      return;
    }
    try (var reader = open(groups.getFirst().file())) {
      var written = reader.getFooter().getFileMetaData().getSchema();
      for (var name : columns.fieldNames()) {
        if (!written.containsField(name)) {
          throw new DataException(("the column %s is not in the files, but in the names of their "
              + "folders; write it as a column of another name").formatted(name));
        }
      }
    }
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
