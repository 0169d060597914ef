package dev.unroll.server.model;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.server.generate.DecodedText;
import dev.unroll.server.generate.LanguageText;
import dev.unroll.server.generate.TextModel;
import dev.unroll.server.generate.TransducedText;
import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.TensorSpec;
import dev.unroll.stream.StreamModel;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes of a file a model that is served: any structure or task of ours, or an ONNX model.
public final class ServedFile {
  private static final String SAFETENSORS = "unroll_safetensors";

  /// So many bytes tell a text from an ONNX file.
  private static final int BEGINNING = 256;

  private ServedFile() {}

  /// The model in the bytes of a file: a safetensors file says so by its name or has a JSON object
  /// at byte 8, anything else is taken as ONNX.
  ///
  /// @param source where they come from, for messages
  /// @throws FormatException if there is no intact model in them, or its parameters are not finite
  public static ServedModel of(byte[] file, String source, ModelSetting setting)
      throws IOException {
    if (!source.endsWith(".safetensors") && (file.length < 9 || file[8] != '{')) {
      if (isText(file)) {
        throw new FormatException("%s is a text, not a model file; give the file that a training or"
            .formatted(source) + " save(…) wrote, or an ONNX file");
      }
      return ServedOnnx.of(file, source, setting);
    }
    var model = ModelFile.of(source, Safetensors.read(file, source));
    var broken = model.model().parameters().firstNotFinite();
    if (broken.isPresent()) {
      throw new FormatException(
          "%s is the rest of a training that failed: its parameter %s is not finite"
              .formatted(source, broken.get().name()));
    }
    var stream = stream(file, source);
    var task = TaskFile.of(model);
    return task.isPresent() ? task(task.get(), stream, setting)
        : structure(model, stream, setting);
  }

  /// Whether its beginning has no control characters but white space. An ONNX file has: the number
  /// of its first field is 8 or less.
  private static boolean isText(byte[] file) {
    for (int i = 0; i < Math.min(file.length, BEGINNING); i++) {
      if (file[i] >= 0 && file[i] < ' ' && "\t\n\r".indexOf(file[i]) < 0) {
        return false;
      }
    }
    return file.length > 0;
  }

  /// The model as one of a stream; null if it reads its input as a whole.
  private static @Nullable StreamModel stream(byte[] file, String source) throws IOException {
    try {
      return StreamModel.of(file, source);
    } catch (DataException _) {
      return null;
    }
  }

  private static ServedModel structure(ModelFile file, @Nullable StreamModel stream,
      ModelSetting setting) throws IOException {
    var model = file.model();
    return new ServedModel(kind(file), SAFETENSORS, ServedStructures.inputs(model),
        ServedStructures.outputs(model), ServedStructures.whole(model, setting.longest()),
        stream == null ? null : steps(model, stream, setting), texts(file, setting), null);
  }

  private static String kind(ModelFile file) {
    return switch (file.model()) {
      case SequenceToSequence it -> it.architecture().carried() ? "language model"
          : "sequence-to-sequence";
      case SequenceToVector _ -> "sequence-to-vector";
      case VectorToSequence _ -> "vector-to-sequence";
      case EncoderDecoder _ -> "encoder-decoder";
    };
  }

  private static SteppedRows steps(Structure model, StreamModel stream, ModelSetting setting) {
    var inputs = model.architecture().inputs();
    var outputs = model.architecture().outputs();
    var input = inputs.symbols() > 0 ? Port.of(ValueSequences.SYMBOLS, Datatype.INT64)
        : Port.of(ValueSequences.FEATURES, Datatype.FP32, inputs.size());
    var output = Port.of(ServedStructures.name(outputs), Datatype.FP32, stream.outputs().size())
        .labels(ServedStructures.labels(outputs));
    return new SteppedRows(
        new StepForm(stream, List.of(input), List.of(output), true, inputs.tokens()), setting);
  }

  private static @Nullable TextModel texts(ModelFile file, ModelSetting setting)
      throws IOException {
    var inputs = file.model().architecture().inputs();
    var labels = file.model().architecture().outputs().labels();
    return switch (file.model()) {
      case SequenceToSequence it when it.architecture().carried() && inputs.tokens() != null ->
          new LanguageText(file, setting.capacity(), setting.tokens());
      case EncoderDecoder it when inputs.tokens() != null && labels != null ->
          new DecodedText(it, labels, setting.compute());
      default -> null;
    };
  }

  private static ServedModel task(TaskFile file, @Nullable StreamModel stream,
      ModelSetting setting) throws IOException {
    int longest = setting.longest();
    if (Classifier.is(file)) {
      var classifier = Classifier.of(file);
      return new ServedModel("classifier", SAFETENSORS, ServedTasks.inputs(classifier),
          ServedTasks.outputs(classifier),
          request -> ServedTasks.answer(classifier, request, longest),
          stream == null ? null : steps(classifier.model(), stream, setting), null, classifier);
    }
    if (Tagger.is(file)) {
      var tagger = Tagger.of(file);
      return new ServedModel("tagger", SAFETENSORS, ServedTasks.tagInputs(),
          ServedTasks.tagOutputs(),
          request -> ServedTasks.answer(tagger, request, longest), null, null, tagger);
    }
    if (Transducer.is(file)) {
      var transducer = Transducer.of(file);
      return new ServedModel("transducer", SAFETENSORS, ServedTasks.transducerInputs(),
          ServedTasks.transducerOutputs(),
          request -> ServedTasks.answer(transducer, request, longest), null,
          new TransducedText(transducer, setting.compute()), transducer);
    }
    if (Forecaster.is(file)) {
      var forecaster = Forecaster.of(file);
      return new ServedModel("forecaster", SAFETENSORS, ServedTasks.inputs(forecaster),
          ServedTasks.outputs(forecaster),
          request -> ServedTasks.answer(forecaster, request, longest),
          stream == null ? null : named(stream, "forecast", setting), null, forecaster);
    }
    if (Detector.is(file) && stream != null) {
      var steps = named(stream, "score", setting);
      return new ServedModel("detector", SAFETENSORS, specs(steps.inputPorts()),
          specs(steps.outputPorts()), null, steps, null, Detector.of(file));
    }
    throw new FormatException("%s was made to %s, which is not served"
        .formatted(file.file().source(), file.task()));
  }

  /// A model of named numbers.
  private static SteppedRows named(StreamModel stream, String output, ModelSetting setting) {
    return new SteppedRows(new StepForm(stream,
        List.of(Port.of(ValueSequences.FEATURES, Datatype.FP32, stream.features().size())
            .labels(stream.features())),
        List.of(Port.of(output, Datatype.FP32, stream.outputs().size()).labels(stream.outputs())),
        true, null), setting);
  }

  private static List<TensorSpec> specs(List<Port> ports) {
    return ports.stream().map(port -> port.spec(2)).toList();
  }
}
