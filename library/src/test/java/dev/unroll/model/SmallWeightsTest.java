package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.expr.Cell;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.file.ModelFile;
import dev.unroll.onnx.Onnx;
import dev.unroll.tensor.Matrix;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A model with small weights computes what one of floats with the rounded weights does, bit for
/// bit.
class SmallWeightsTest {
  @TempDir
  Path folder;

  /// It failed far inside, with the words of Java for a method call on null.
  @Test
  @SuppressWarnings("NullAway") // that is what is tested
  void nullIsRefusedByTheNameOfTheArgument() {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3),
        Outputs.classes(2));
    refused("precision", () -> model.withWeights(null));
    refused("examples", () -> model.check(null));
    refused("examples", () -> model.scaled(null));
    refused("path", () -> model.save(null));
    refused("path", () -> Model.load(null));
    refused("engine", () -> model.run(null, new ModelBounds(1, 1, 1, true)));
  }

  private static void refused(String argument, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument);
  }

  static Stream<ModelProblem> structures() {
    return ModelGradientTest.problems().filter(it -> it.model() instanceof Structure);
  }

  @ParameterizedTest
  @MethodSource("structures")
  void predictsWhatFloatsDo(ModelProblem problem) throws IOException {
    for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
      var small = ((Structure) problem.model()).withWeights(precision);
      assertSame(problem, small, rounded(small));
      var path = folder.resolve(precision + ".safetensors");
      small.save(path);
      var loaded = Structure.load(path);
      assertThat(loaded.parameters().precision()).isEqualTo(precision);
      assertThat(loaded.parameters().values()).isEqualTo(small.parameters().values());
      assertSame(problem, loaded, small);
    }
  }

  private static void assertSame(ModelProblem problem, Structure model, Structure expected) {
    try (var engine = Engine.of(1)) {
      var batch = Batch.of(problem.examples(), problem.batch());
      var bounds = problem.bounds();
      var inference = new ModelBounds(bounds.time(), bounds.targetTime(), bounds.batch(), false);
      var run = model.run(engine, inference);
      var other = expected.run(engine, inference);
      assertThat(run.evaluate(batch)).as(problem.name()).isEqualTo(other.evaluate(batch));
      var rows = run.predict(batch);
      var otherRows = other.predict(batch);
      assertThat(rows.array()).as(problem.name()).isEqualTo(otherRows.array());
    }
  }

  /// Of floats, with the same values.
  private static Structure rounded(Structure small) {
    return small.architecture().of(ParameterSource.copyOf(small));
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void stepsOfManyKeysHaveTheBitsOfFloats(Precision precision) {
    var model =
        SequenceToVector.of(Inputs.features(5), RecurrentStack.of(Lstm.cell(), 37).layers(2),
            Outputs.classes(3)).withWeights(precision);
    var floats = (SequenceToVector) rounded(model);
    for (int keys : new int[] {1, 3, 8, 30}) {
      var names = new ArrayList<String>();
      var x = new float[keys * 5];
      for (int i = 0; i < x.length; i++) {
        names.add("k" + i);
        x[i] = (float) Math.sin(i * i + 1.0);
      }
      var some = names.subList(0, keys);
      assertThat(stepped(model, some, x)).isEqualTo(stepped(floats, some, x));
    }
  }

  private static float[] stepped(SequenceToVector model, List<String> keys, float[] x) {
    try (var engine = Engine.of(1)) {
      var stepper = model.stepper(engine, 7);
      var states = new KeyedStates<String>(stepper.layout());
      var y = new float[keys.size() * 3];
      stepper.step(states, keys, x, y);
      stepper.step(states, keys, x, y);
      return y;
    }
  }

  /// A model kept all weights as floats beside the small ones, so memory was not saved.
  @ParameterizedTest
  @MethodSource("structures")
  void matricesAreNotKeptAsFloats(ModelProblem problem) throws IOException {
    for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
      var small = ((Structure) problem.model()).withWeights(precision);
      small.save(folder.resolve("small"));
      for (var model : List.of(small, Structure.load(folder.resolve("small")))) {
        var parameters = model.parameters();
        int floats = parameters.blocks().stream()
            .filter(block -> block.precision() == Precision.FLOAT32)
            .mapToInt(Parameters.Block::length).sum();
        assertThat(parameters.storage().lateFloats()).hasSize(floats);
        var matrices = parameters.storage().small();
        assertThat(matrices.bytes().length + matrices.upper().length)
            .isEqualTo(parameters.size() - floats);
      }
    }
  }

  /// What asks for floats gets them, of the same bits: single blocks, all, and a copy.
  @ParameterizedTest
  @MethodSource("structures")
  void areReadAsFloats(ModelProblem problem) {
    for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
      var given = ((Structure) problem.model()).parameters();
      var small = ((Structure) problem.model()).withWeights(precision);
      float[] expected = given.values().clone();
      for (var block : small.parameters().blocks()) {
        block.precision().round(expected, block.offset(), block.rows(), block.columns());
        assertThat(small.parameters().get(block).toArray())
            .isEqualTo(small.parameters().elements(block)).isEqualTo(Arrays.copyOfRange(expected,
                block.offset(), block.offset() + block.length()));
      }
      assertThat(small.parameters().values()).isEqualTo(expected);
      assertThat(rounded(small).parameters().values()).isEqualTo(expected);
    }
  }

  /// A pass with gradients has the offsets of all parameters, not of those that are floats.
  @ParameterizedTest
  @MethodSource("structures")
  void gradientsAreThoseOfFloats(ModelProblem problem) {
    for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
      var small = ((Structure) problem.model()).withWeights(precision);
      assertThat(gradients(problem, small)).as(problem.name())
          .isEqualTo(gradients(problem, rounded(small)));
    }
  }

  private static float[] gradients(ModelProblem problem, Structure model) {
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, problem.bounds());
      model.parameters().clearGradients();
      run.train(Batch.of(problem.examples(), problem.batch()), 1);
      return model.parameters().gradients();
    }
  }

  /// Exports write the rounded weights as floats, also columns of a matrix and blocks of heads.
  @Test
  void exportsAreThoseOfFloats() throws IOException {
    for (var cell : List.of(Lstm.cell(), Cells.sLstm().heads(2), Cell.parse("joined", """
        h' = tanh(W [x; h] + b)
        """))) {
      var small = SequenceToVector.of(Inputs.features(5), RecurrentStack.of(cell, 6),
          Outputs.classes(3)).withWeights(Precision.INT8);
      var file = folder.resolve("small.onnx");
      var other = folder.resolve("floats.onnx");
      Onnx.export(small, file);
      Onnx.export(rounded(small), other);
      assertThat(file).hasSameBinaryContentAs(other);
    }
  }

  /// Weights that are set are rounded, and a run takes them over.
  @Test
  void areSet() {
    var model = SequenceToVector.of(Inputs.features(5), RecurrentStack.of(Lstm.cell(), 7),
        Outputs.classes(3)).withWeights(Precision.INT8);
    var values = new float[7 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    var rows = new float[7][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * 5, i * 5 + 5));
    model.parameters().set("layer0.Wf", Matrix.of(rows));
    Precision.INT8.round(values, 0, 7, 5);
    assertThat(model.parameters().get("layer0.Wf").toArray()).isEqualTo(values);
    var x = new float[] {1, 2, 3, 4, 5};
    assertThat(stepped(model, List.of("k"), x))
        .isEqualTo(stepped((SequenceToVector) rounded(model), List.of("k"), x));
  }

  @Test
  void aFileHasAQuarterOfTheBytes() throws IOException {
    var model = LanguageModel.of(60, Gru.cell(), 200);
    model.save(folder.resolve("float"));
    for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
      var small = model.withWeights(precision);
      small.save(folder.resolve("small"));
      double ratio =
          (double) Files.size(folder.resolve("small")) / Files.size(folder.resolve("float"));
      assertThat(ratio).isBetween(precision.bytes() / 4.0, precision.bytes() / 4.0 + 0.03);
    }
  }

  @Test
  void areNotTrained() {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3),
        Outputs.classes(2)).withWeights(Precision.INT8);
    var examples = List.of(new Example(new Values.Features(new float[] {1, 2}, 2),
        new Values.Symbols(new int[] {1})));
    assertThatThrownBy(() -> Trainer.of(model).fit(examples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the weights of this model are int8");
  }

  @Test
  void areNotRoundedAgain() throws IOException {
    var path = folder.resolve("int8");
    SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3), Outputs.classes(2))
        .withWeights(Precision.INT8).save(path);
    var file = ModelFile.read(path);
    assertThatThrownBy(() -> file.withWeights(Precision.BFLOAT16))
        .isInstanceOf(FormatException.class).hasMessageContaining("are int8");
  }

  /// A file whose checksum was computed again.
  @Test
  void valuesThatNobodyRoundedAreRefused() throws IOException {
    var path = folder.resolve("int8");
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3),
        Outputs.classes(2)).withWeights(Precision.INT8);
    for (float scale : new float[] {0.3f, -0.5f, Float.NaN}) {
      var tensors = ModelFile.tensors(model.parameters());
      var name = tensors.keySet().stream().filter(it -> it.endsWith(".scale")).findFirst()
          .orElseThrow();
      tensors.get(name).floats()[0] = scale;
      Safetensors.of(ModelFile.metadata(model, new LinkedHashMap<>()), tensors).write(path);
      assertThatThrownBy(() -> Structure.load(path)).isInstanceOf(FormatException.class)
          .hasMessageContaining("has the scale " + scale);
    }
  }

  @Test
  void ofAFileThatIsNoPrecisionAreRefused() throws IOException {
    var path = folder.resolve("int8");
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3),
        Outputs.classes(2)).withWeights(Precision.INT8);
    var metadata = ModelFile.metadata(model, new LinkedHashMap<>());
    metadata.put("unroll.weights", "int4");
    Safetensors.of(metadata, ModelFile.tensors(model.parameters())).write(path);
    assertThatThrownBy(() -> Structure.load(path)).isInstanceOf(FormatException.class)
        .hasMessageContaining("there is no precision int4");
  }
}
