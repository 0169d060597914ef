package dev.unroll.datasets.format;

import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.FileMetaData;
import dev.unroll.data.DataException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Whether the compression of a Parquet file can be undone: Hardwood brings gzip, and takes the
/// others from the class path.
final class ParquetCompression {
  private ParquetCompression() {}

  /// @throws DataException one sentence that says how to write the file again, if a part of it is
  ///     compressed in a way that is not on the class path
  static void check(Path file, FileMetaData metadata) {
    metadata.rowGroups().stream().flatMap(group -> group.columns().stream())
        .map(chunk -> chunk.metaData().codec()).distinct().forEach(codec -> check(file, codec));
  }

  private static void check(Path file, CompressionCodec codec) {
    switch (codec) {
      case UNCOMPRESSED, GZIP -> {
        // nothing is needed
      }
      case SNAPPY -> common(file, "Snappy", "org.xerial.snappy.Snappy",
          "org.xerial.snappy:snappy-java");
      case ZSTD -> common(file, "Zstandard", "com.github.luben.zstd.Zstd",
          "com.github.luben:zstd-jni");
      case BROTLI -> rare(file, "Brotli", "com.aayushatharva.brotli4j.Brotli4jLoader",
          "com.aayushatharva.brotli4j:brotli4j");
      case LZ4, LZ4_RAW -> rare(file, codec.name(), "net.jpountz.lz4.LZ4Factory",
          "at.yawk.lz4:lz4-java");
      case LZO -> rare(file, "LZO", null, "");
    }
  }

  /// The command line has these; a program in Java may not.
  private static void common(Path file, String name, String type, String artifact) {
    if (!isThere(type)) {
      throw new DataException("""
          %s cannot be read as Parquet: it is compressed with %s; add %s to the class path, or \
          write it again with gzip or uncompressed.""".formatted(file, name, artifact));
    }
  }

  private static void rare(Path file, String name, @Nullable String type, String artifact) {
    if (type == null || !isThere(type)) {
      throw new DataException("""
          %s cannot be read as Parquet: it is compressed with %s, but Snappy, Zstandard, gzip and \
          uncompressed are read; write it again, in pandas with \
          read_parquet(old).to_parquet(new, compression="zstd")%s."""
          .formatted(file, name, type == null ? ""
              : ", or, in a program in Java, add %s to the class path".formatted(artifact)));
    }
  }

  private static boolean isThere(String type) {
    try {
      Class.forName(type, false, ParquetCompression.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }
}
