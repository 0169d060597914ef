package dev.unroll.spark.file;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/// A place in any file system that Hadoop reads, such as `hdfs://…`, `s3a://…` or a folder that all
/// machines see.
///
/// @param configuration of Hadoop, which travels with it
/// @param path of a file or a folder
public record HadoopFiles(SerializableConfiguration configuration,
    String path) implements Serializable {

  public static HadoopFiles of(SparkSession spark, String path) {
    var configuration = spark.sparkContext().hadoopConfiguration();
    return new HadoopFiles(new SerializableConfiguration(configuration), path);
  }

  /// A file in this folder.
  public HadoopFiles resolve(String name) {
    return new HadoopFiles(configuration, new Path(path, name).toString());
  }

  private Configuration hadoop() {
    return configuration.value();
  }

  private FileSystem files() throws IOException {
    return new Path(path).getFileSystem(hadoop());
  }

  public boolean exists() throws IOException {
    return files().exists(new Path(path));
  }

  /// The files in this folder and those inside of it, sorted by their paths; without those that
  /// Spark leaves out too: their names, or those of folders on the way to them, begin with a dot,
  /// or with an underscore and are no value of a partition.
  public List<HadoopFiles> list() throws IOException {
    var found = new ArrayList<String>();
    add(new Path(path), found);
    Collections.sort(found);
    return found.stream().map(file -> new HadoopFiles(configuration, file)).toList();
  }

  private void add(Path folder, List<String> found) throws IOException {
    for (var status : files().listStatus(folder)) {
      var name = status.getPath().getName();
      boolean left = name.startsWith(".") || name.startsWith("_") && !name.contains("=");
      if (left) {
        continue;
      }
      if (status.isDirectory()) {
        add(status.getPath(), found);
      } else {
        found.add(status.getPath().toString());
      }
    }
  }

  public void makeFolder() throws IOException {
    if (!files().mkdirs(new Path(path))) {
      throw new IOException("the folder %s cannot be made".formatted(path));
    }
  }

  /// Deletes this file; nothing happens if there is none.
  public void delete() throws IOException {
    files().delete(new Path(path), false);
  }

  /// The bytes of this file.
  public byte[] read() throws IOException {
    try (var in = files().open(new Path(path))) {
      return in.readAllBytes();
    }
  }

  /// Writes this file; what is there is replaced.
  public void write(byte[] bytes) throws IOException {
    try (var out = files().create(new Path(path), true)) {
      out.write(bytes);
    }
  }

  /// Copies this file to this machine.
  public void copyTo(java.nio.file.Path local) throws IOException {
    try (var in = files().open(new Path(path))) {
      Files.copy(in, local);
    }
  }

  /// Replaces this file by one of this machine, as a whole or not at all where the file system can.
  ///
  /// @param writer a name for who writes, so that two of them do not write the same temporary file
  public void replace(java.nio.file.Path local, String writer) throws IOException {
    var target = new Path(path);
    var temporary = target.suffix("." + writer + ".tmp");
    try (var out = files().create(temporary, true)) {
      Files.copy(local, out);
    }
    FileContext.getFileContext(target.toUri(), hadoop()).rename(temporary, target,
        Rename.OVERWRITE);
  }
}
