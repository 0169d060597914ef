package dev.unroll.spark.table;

import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/// The folder of a saved [ModelTransformer]: its parameters as Spark writes them, in `metadata`,
/// and the model file.
final class TransformerFolder {
  private TransformerFolder() {}

  /// Writes a transformer.
  static final class Writer extends MLWriter {
    private final ModelTransformer transformer;

    Writer(ModelTransformer transformer) {
      this.transformer = transformer;
    }

    @Override
    public void saveImpl(String folder) {
      DefaultParamsWriter$.MODULE$.saveMetadata(transformer, folder, sparkSession());
      try {
        HadoopFiles.of(sparkSession(), folder).resolve(TrainingSession.MODEL)
            .write(transformer.model().toBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
  }

  /// Reads a transformer.
  static final class Reader extends MLReader<ModelTransformer> {
    @Override
    public ModelTransformer load(String folder) {
      var metadata = DefaultParamsReader$.MODULE$.loadMetadata(folder, sparkSession(),
          ModelTransformer.class.getName());
      TableModel model;
      try {
        model = TableModel.load(sparkSession(),
            HadoopFiles.of(sparkSession(), folder).resolve(TrainingSession.MODEL).path());
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      var transformer = new ModelTransformer(metadata.uid(), model);
      metadata.getAndSetParams(transformer, metadata.getAndSetParams$default$2());
      return transformer;
    }
  }
}
