package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;

/// Model files as bytes, and what is in them for a stream.
final class StreamFile {
  /// What travels with a job, and lies in memory as a whole.
  private static final long MOST = 1L << 30;

  /// The model in the folder of a training run.
  private static final String MODEL = "model.safetensors";

  private StreamFile() {}

  /// The model file of a path: that of a training run if it is a folder.
  ///
  /// @throws NoSuchFileException if there is none
  static Path of(Path path) throws IOException {
    boolean isFolder = Files.isDirectory(path);
    var file = isFolder ? path.resolve(MODEL) : path;
    if (!Files.exists(file)) {
      throw new NoSuchFileException(null, null, isFolder
          ? ("the folder %s holds no %s; give a model file or the folder of a training that has "
              + "ended")
              .formatted(path, MODEL)
          : "there is no %s; give a model file or the folder of a training that has ended"
              .formatted(path));
    }
    return file;
  }

  static byte[] bytes(Path path) throws IOException {
    var file = of(path);
    if (Files.size(file) > MOST) {
      throw new FormatException("%s has %d bytes, expected at most %d in a stream".formatted(file,
          Files.size(file), MOST));
    }
    return Files.readAllBytes(file);
  }

  static byte[] bytes(Structure model) {
    return Safetensors.of(ModelFile.metadata(model, new LinkedHashMap<>()),
        ModelFile.tensors(model.parameters())).bytes();
  }

  static String version(byte[] file) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(file);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// What is in a file: a safetensors file has a JSON object at byte 8, anything else is taken as
  /// ONNX.
  ///
  /// @throws FormatException if there is no intact model in it
  /// @throws DataException if it cannot be used in a stream
  static Scored read(byte[] file, String source) throws IOException {
    if (file.length < 9 || file[8] != '{') {
      return OnnxScored.of(file, source);
    }
    var model = ModelFile.of(source, Safetensors.read(file, source));
    var found = TaskFile.of(model);
    if (found.isEmpty()) {
      return StepModel.of(model.model(), 1, null);
    }
    var task = found.get();
    if (Detector.is(task)) {
      return DetectorScored.of(Detector.of(task));
    }
    if (Forecaster.is(task)) {
      return ForecasterScored.of(Forecaster.of(task));
    }
    if (Classifier.is(task)) {
      return classifier(Classifier.of(task), source);
    }
    throw new DataException(
        ("%s was made to %s, which reads its input as a whole; a stream needs a "
            + "model that answers event by event").formatted(source, task.task()));
  }

  private static Scored classifier(Classifier classifier, String source) {
    if (classifier.model().architecture().pooling() != Pooling.LAST) {
      throw new DataException(
          ("%s classifies whole sequences; train it to answer after every step: "
              + "unroll train classify --streaming, or ClassifierOptions.streaming(true)")
              .formatted(source));
    }
    return StepModel.of(classifier.model(), classifier.temperature(), classifier.textForm());
  }
}
