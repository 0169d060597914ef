package dev.unroll.spark.file;

import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The folder of a member on its own machine, with the files of the folder that all see.
///
/// The model comes before the checkpoint: whoever reads both while they are replaced has a model
/// that its checkpoint leads to again.
public final class CheckpointFolder implements TrainingListener, Closeable {
  private static final List<String> FILES =
      List.of(TrainingSession.MODEL, TrainingSession.CHECKPOINT);

  private final HadoopFiles shared;
  private final Path local;
  private final String writer;
  private final String[] digests = {"", ""};

  /// @param writer a name that no other member of any attempt has
  public CheckpointFolder(HadoopFiles shared, String writer) throws IOException {
    this.shared = shared;
    this.writer = writer;
    local = Files.createTempDirectory("unroll-member");
  }

  public Path path() {
    return local;
  }

  public boolean hasCheckpoint() {
    return Files.exists(local.resolve(TrainingSession.CHECKPOINT));
  }

  /// Takes over what is in the shared folder.
  ///
  /// @return what tells it from anything else that may be there
  public String fetch() throws IOException {
    var found = new StringBuilder();
    for (int i = 0; i < FILES.size(); i++) {
      var file = local.resolve(FILES.get(i));
      Files.deleteIfExists(file);
      var source = shared.resolve(FILES.get(i));
      if (source.exists()) {
        source.copyTo(file);
        digests[i] = Sha256.of(Files.readAllBytes(file));
        found.append(digests[i]);
      }
      found.append('/');
    }
    return found.toString();
  }

  @Override
  public void checkpoint(long step) throws IOException {
    publish();
  }

  /// Puts what has changed into the shared folder.
  public void publish() throws IOException {
    for (int i = 0; i < FILES.size(); i++) {
      var file = local.resolve(FILES.get(i));
      if (!Files.exists(file)) {
        continue;
      }
      var digest = Sha256.of(Files.readAllBytes(file));
      if (!digest.equals(digests[i])) {
        shared.resolve(FILES.get(i)).replace(file, writer);
        digests[i] = digest;
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.newDirectoryStream(local)) {
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(local);
  }
}
