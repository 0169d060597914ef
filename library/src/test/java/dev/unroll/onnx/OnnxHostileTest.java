package dev.unroll.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are damaged, or made to do harm.
class OnnxHostileTest {
  private static final Path NODES = Path.of("src/test/resources/dev/unroll/onnx/node");

  /// `-Dunroll.onnx.mutants=100000` for more of them.
  private static final int MUTANTS = Integer.getInteger("unroll.onnx.mutants", 3000);

  /// Mutants are models, or are refused by the one exception of files; those that are models run,
  /// or refuse their inputs by the one exception of inputs.
  @Test
  void mutantsAreModelsOrRefused() throws IOException {
    var folder = NODES.resolve("test_lstm_batchwise");
    var bases = List.of(Files.readAllBytes(folder.resolve("model.onnx")), many());
    var inputs = List.of(OnnxTensor.read(folder.resolve("test_data_set_0/input_0.pb")),
        OnnxTensor.read(folder.resolve("test_data_set_0/input_1.pb")),
        OnnxTensor.read(folder.resolve("test_data_set_0/input_2.pb")));
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      OnnxModel model;
      try {
        model = OnnxModel.read(mutant(bases.get(seed % 2), new Random(seed)));
      } catch (FormatException e) {
        assertThat(e.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("\n\t");
        refused++;
        continue;
      }
      var named = new LinkedHashMap<String, OnnxTensor>();
      int k = 0;
      for (var input : model.inputs()) {
        named.put(input.name(), seed % 2 == 0 ? inputs.get(Math.min(k++, 2))
            : OnnxTensor.of(new float[] {1, 2, 3}, 1, 1, 3));
      }
      try {
        model.run(named);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
      }
    }
    assertThat(refused).isBetween(MUTANTS / 4, MUTANTS);
  }

  /// A model of many kinds of nodes, with graphs within.
  private static byte[] many() {
    var round = ModelBytes.message(g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "s").text(1, "w").text(2, "t")
            .text(4, "Add")))
        .value(11, "i").value(11, "c").value(11, "s").value(12, "c").value(12, "t")
        .value(12, "t"));
    var step = ModelBytes.message(g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "h").text(1, "r").text(2, "h2")
            .text(4, "Mul")))
        .value(11, "h").value(11, "r").value(12, "h2").value(12, "h2"));
    var then = ModelBytes.message(g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "y").text(2, "z").text(4, "Sigmoid")))
        .value(12, "z"));
    return ModelBytes.model(13, g -> g
        .constant("w", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
        .constant("k", new float[] {1, 2, 3, 4}, 2, 1, 2)
        .message(5, ModelBytes.message(t -> t.number(2, 7).text(8, "m").number(7, 4)))
        .message(5, ModelBytes.message(t -> t.number(2, 9).text(8, "go").number(5, 1)))
        .message(1, ModelBytes.message(n -> n.text(1, "x").text(1, "k").text(2, "a")
            .text(4, "Conv").ints("pads", 1, 0).ints("strides", 1)))
        .message(1, ModelBytes.message(n -> n.text(1, "a").text(2, "b").text(4, "Transpose")
            .ints("perm", 0, 2, 1)))
        .message(1, ModelBytes.message(n -> n.text(1, "b").text(1, "w").text(2, "d")
            .text(4, "MatMul")))
        .message(1, ModelBytes.message(n -> n.text(1, "m").text(1, "go").text(1, "w").text(2, "e")
            .text(2, "f").text(4, "Loop").attribute("body", round)))
        .message(1, ModelBytes.message(n -> n.text(1, "e").text(1, "f").text(2, "y").text(2, "q")
            .text(4, "Scan").attribute("body", step).attribute("num_scan_inputs", 1)
            .ints("scan_input_axes", 0).ints("scan_output_directions", 1)))
        .message(1, ModelBytes.message(n -> n.text(1, "go").text(2, "v").text(4, "If")
            .attribute("then_branch", then).attribute("else_branch", then)))
        .value(11, "x").value(12, "d").value(12, "q").value(12, "v"));
  }

  /// The model that mutants are made of is one.
  @Test
  void theModelOfManyKindsRuns() throws IOException {
    var found = OnnxModel.read(many())
        .run(Map.of("x", OnnxTensor.of(new float[] {1, 2, 3}, 1, 1, 3)));
    assertThat(found.get("d").shape()).containsExactly(1, 3, 3);
    assertThat(found.get("q").shape()).containsExactly(4, 2, 3);
  }

  @Test
  void mutantsOfTensorsAreTensorsOrRefused(@TempDir Path folder) throws IOException {
    var pb = Files.readAllBytes(
        NODES.resolve("test_lstm_batchwise/test_data_set_0/input_1.pb"));
    var npy = folder.resolve("a.npy");
    OnnxTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).write(npy);
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      var file = folder.resolve("mutant");
      Files.write(file, mutant(seed % 2 == 0 ? pb : Files.readAllBytes(npy), new Random(seed)));
      try {
        OnnxTensor.read(file);
      } catch (FormatException _) {
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTANTS / 8, MUTANTS);
  }

  /// A shape without a comma, `(2 3)`, had been a NumberFormatException; found by a mutant. One of
  /// many digits had taken forever.
  @Test
  void sizesStandBetweenCommas(@TempDir Path folder) throws IOException {
    var file = folder.resolve("a.npy");
    OnnxTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).write(file);
    var header = Files.readString(file, ISO_8859_1);
    assertThat(header).contains("(2, 3)");
    for (var shape : List.of("(2, 3,)", "( 2 ,3)")) {
      Files.writeString(file, resized(header, shape), ISO_8859_1);
      assertThat(OnnxTensor.read(file).shape()).as(shape).containsExactly(2, 3);
    }
    for (var shape : List.of("(2  3)", "(2,,3)", "(,2,3)", "(" + "1".repeat(50) + "x)",
        "(" + "1,".repeat(9000) + ")")) {
      Files.writeString(file, resized(header, shape), ISO_8859_1);
      assertThatThrownBy(() -> OnnxTensor.read(file)).as(shape)
          .isInstanceOf(FormatException.class);
    }
  }

  /// With another shape, and the length of the header that belongs to it.
  private static String resized(String file, String shape) {
    var changed = file.replace("(2, 3)", shape);
    int length = (file.charAt(8) | file.charAt(9) << 8) + shape.length() - "(2, 3)".length();
    return changed.substring(0, 8) + (char) (length & 0xff) + (char) (length >> 8)
        + changed.substring(10);
  }

  private static byte[] mutant(byte[] bytes, Random random) {
    var mutant = bytes.clone();
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
    }
    if (random.nextInt(4) == 0) {
      mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
    }
    return mutant;
  }

  @Test
  void dimensionsAreMultipliedExactly() {
    var bytes = ModelBytes.model(14, g -> g.value(12, "a")
        .message(5, ModelBytes.message(t -> t.number(1, 1L << 32).number(1, 1L << 32).number(2, 1)
            .text(8, "a"))));
    assertThatThrownBy(() -> OnnxModel.read(bytes)).isInstanceOf(FormatException.class)
        .hasMessageContaining("tensor \"a\"").hasMessageContaining("4294967296");
    var product = ModelBytes.model(14, g -> g.value(12, "a")
        .message(5, ModelBytes.message(t -> t.number(1, 1 << 20).number(1, 1 << 20).number(2, 1)
            .text(8, "a"))));
    assertThatThrownBy(() -> OnnxModel.read(product)).isInstanceOf(FormatException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void lengthsBeyondTheFileAllocateNothing() {
    var bytes = new byte[] {58, -1, -1, -1, -1, 7, 0};
    assertThatThrownBy(() -> OnnxModel.read(bytes)).isInstanceOf(FormatException.class)
        .hasMessageContaining("cut or damaged");
  }

  @Test
  void graphsWithinGraphsEnd() {
    var inner = ModelBytes.message(g -> g.value(12, "x"));
    for (int i = 0; i < 10_000; i++) {
      var graph = inner;
      inner = ModelBytes.message(g -> g.message(1, ModelBytes.message(n -> n.text(4, "If")
          .attribute("then_branch", graph))));
    }
    var all = inner;
    var bytes = ModelBytes.message(m -> m.message(7, all)).bytes();
    assertThatThrownBy(() -> OnnxModel.read(bytes)).isInstanceOf(FormatException.class)
        .hasMessageContaining("deep");
  }

  /// A text that is passed over had been passed by too few bytes: its length itself was not
  /// counted.
  @Test
  void fieldsThatDoNotMatterArePassedOver() throws IOException {
    var bytes = ModelBytes.message(m -> m.text(6, "a documentation").number(77, 1).real(78, 2)
        .message(7, ModelBytes.message(g -> g.text(10, "more of it").value(11, "a").value(12, "a")))
        .message(8, ModelBytes.message(o -> o.text(9, "?").number(2, 14)))).bytes();
    var value = OnnxTensor.of(new float[] {3}, 1);
    assertThat(OnnxModel.read(bytes).run(Map.of("a", value)).get("a").floats()).containsExactly(3);
  }

  @Test
  void aCircleIsFound() {
    var bytes = ModelBytes.model(14, g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "b").text(2, "a").text(4, "Identity")))
        .message(1, ModelBytes.message(n -> n.text(1, "a").text(2, "b").text(4, "Identity")))
        .value(12, "a"));
    assertThatThrownBy(() -> OnnxModel.read(bytes)).isInstanceOf(FormatException.class)
        .hasMessageContaining("circle").hasMessageContaining("Identity");
  }

  @Test
  void anUnknownOperatorIsNamedWithItsNode() {
    var bytes = ModelBytes.model(14, g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "in").text(2, "a").text(3, "odd one")
            .text(4, "Frobnicate")))
        .value(11, "in").value(12, "a"));
    assertThatThrownBy(() -> OnnxModel.read(bytes)).isInstanceOf(FormatException.class)
        .hasMessageContaining("\"odd one\" (Frobnicate)").hasMessageContaining("LSTM");
  }

  @Test
  void externalDataLieInPlainFilesBesideTheModel(@TempDir Path folder) throws IOException {
    var home = Files.createDirectory(folder.resolve("home"));
    Files.write(folder.resolve("outside"), new byte[8]);
    Files.write(home.resolve("inside"),
        new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 63, 0, 0, 0, 64});
    var model = home.resolve("model.onnx");
    Files.write(model, external("inside", 4));
    var value = OnnxModel.load(model).run(Map.of()).get("a");
    assertThat(value.floats()).containsExactly(1, 2);

    Files.createSymbolicLink(home.resolve("link"), folder.resolve("outside"));
    Files.createLink(home.resolve("hard"), folder.resolve("outside"));
    Files.createSymbolicLink(home.resolve("up"), folder);
    Files.createDirectory(home.resolve("directory"));
    for (var place : List.of("../outside", "../home/inside", "link", "hard", "up/outside",
        folder.resolve("outside").toString(), home.resolve("inside").toString(), "", ".",
        "directory", "inside\0")) {
      Files.write(model, external(place, 0));
      assertThatThrownBy(() -> OnnxModel.load(model)).as(place)
          .isInstanceOf(FormatException.class).hasMessageContaining("refused");
    }
    Files.write(model, external("inside", 5));
    assertThatThrownBy(() -> OnnxModel.load(model)).isInstanceOf(FormatException.class)
        .hasMessageContaining("reach from byte 5 to 13");
    assertThatThrownBy(() -> OnnxModel.read(external("inside", 4)))
        .isInstanceOf(FormatException.class).hasMessageContaining("no folder");
  }

  private static byte[] external(String location, long offset) {
    return ModelBytes.model(14, g -> g.value(12, "a")
        .message(5, ModelBytes.message(t -> t.number(1, 2).number(2, 1).text(8, "a").number(14, 1)
            .message(13, entry("location", location))
            .message(13, entry("offset", Long.toString(offset))))));
  }

  private static ModelBytes entry(String key, String value) {
    return ModelBytes.message(e -> e.text(1, key).text(2, value));
  }
}
