package dev.unroll.keras;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.zip.ZipArchive;
import dev.unroll.keras.file.KerasArchive;
import dev.unroll.model.SequenceToVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are damaged, or made to do harm: the one exception of files, and no other file is
/// opened.
class KerasHostileTest {
  @TempDir
  private Path folder;

  private static final Path FOLDER = Path.of("src/test/resources/dev/unroll/keras");

  /// `-Dunroll.mutants=100000` for a long run.
  private static final int MUTANTS = Integer.getInteger("unroll.mutants", 250);

  private static final int LONG_MAX = 63;

  private static void readAll(byte[] bytes) throws IOException {
    for (var tensor : Keras.load(bytes, "the file").arrays().tensors().values()) {
      tensor.floats();
    }
  }

  /// Links to other files, to other places, arrays whose numbers lie in other files, groups within
  /// themselves.
  @ParameterizedTest
  @CsvSource({"link, is a link", "soft, is a link", "virtual, Virtual storage",
    "outside, External Data Files", "cycle, nested deeper"})
  void nothingOutsideIsOpened(String name, String part) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(name + ".weights.h5"));
    assertThatThrownBy(() -> readAll(bytes)).isInstanceOf(FormatException.class)
        .hasMessageStartingWith("the file").hasMessageContaining(part);
    assertThatThrownBy(() -> Keras.load(FOLDER.resolve(name + ".weights.h5")).arrays().tensors()
        .values().iterator().next().floats()).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"before.h5", "tagger.weights.h5", "types.weights.h5", "old_lstm.h5"})
  void mutantsOfHdf5AreRefusedOrRead(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(name));
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      refused += isAccepted(mutant(bytes, new Random(seed)), seed) ? 0 : 1;
    }
    assertThat(refused).as("mutants that are refused").isBetween(1, MUTANTS - 1);
  }

  /// The bytes of the archive, and its members in an archive that is intact.
  @Test
  void mutantsOfArchivesAreRefusedOrRead() throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve("relu.keras"));
    var members = members(bytes);
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      refused += isAccepted(mutant(bytes, new Random(seed)), seed) ? 0 : 1;
      var random = new Random(seed);
      var changed = new LinkedHashMap<>(members);
      var name = seed % 3 == 0 ? "model.weights.h5" : "config.json";
      changed.put(name, mutant(changed.get(name), random));
      refused += isAccepted(archive(changed), seed) ? 0 : 1;
    }
    assertThat(refused).as("mutants that are refused").isBetween(1, 2 * MUTANTS - 1);
  }

  private static boolean isAccepted(byte[] mutant, int seed) throws IOException {
    try {
      readAll(mutant);
    } catch (FormatException e) {
      assertThat(e.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("\n");
      return false;
    }
    try {
      Keras.load(mutant, "the file").as(SequenceToVector.class);
    } catch (FormatException e) {
      assertThat(e.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("\n");
    }
    return true;
  }

  private static byte[] mutant(byte[] bytes, Random random) {
    var mutant = bytes.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      // Half of them in the tables at the beginning.
      int at = random.nextInt(random.nextBoolean() ? mutant.length : Math.min(4096, mutant.length));
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt();
        case 1 -> {
          // A length of up to 2^63.
          long huge = 1L << random.nextInt(LONG_MAX);
          int n = Math.min(Long.BYTES, mutant.length - at);
          for (int k = 0; k < n; k++) {
            mutant[at + k] = (byte) (huge >>> 8 * k);
          }
        }
        default -> mutant[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return random.nextInt(6) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
  }

  private static SequencedMap<String, byte[]> members(byte[] archive) throws IOException {
    var members = new LinkedHashMap<String, byte[]>();
    for (var member : ZipArchive.read(ByteSource.of(archive, "archive")).members().values()) {
      members.put(member.name(), member.bytes(1 << 20));
    }
    return members;
  }

  private static byte[] archive(Map<String, byte[]> members) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var member : members.entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /// Members are looked for by name and never unpacked to files, so that names mean nothing.
  @Test
  void membersWithPathsOutsideAreLeftWhereTheyAre() throws IOException {
    var members = members(Files.readAllBytes(FOLDER.resolve("relu.keras")));
    members.put("../../outside.txt", new byte[3]);
    members.put("/outside.txt", new byte[3]);
    assertThat(isAccepted(archive(members), 0)).isTrue();
    assertThat(FOLDER.resolve("../../outside.txt")).doesNotExist();
  }

  private byte[] weights(String layer, Object kernel, Object recurrent) throws IOException {
    var arrays = new LinkedHashMap<String, Object>();
    arrays.put("layers/" + layer + "/cell/vars/0", kernel);
    arrays.put("layers/" + layer + "/cell/vars/1", recurrent);
    arrays.put("layers/" + layer + "/cell/vars/2", new float[16]);
    var file = folder.resolve("model.keras");
    new KerasArchive(new LinkedHashMap<>(), new LinkedHashMap<>(), arrays).write(file);
    return members(Files.readAllBytes(file)).get("model.weights.h5");
  }

  /// A wrong kernel once made the layer "none that a chain of ours has".
  @Test
  void aKernelOfAWrongShapeIsNamedWithTheRightOne() throws IOException {
    assertThatThrownBy(() -> Keras.load(
        weights("lstm", new float[2][15], new float[4][16]), "x.h5").as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContainingAll("the layer lstm",
            "kernel layers/lstm/cell/vars/0", "[2, 15]", "expected [F, 16]");
    assertThatThrownBy(() -> Keras.load(
        weights("lstm", new float[2][16], new float[4][15]), "x.h5").as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContainingAll("the layer lstm",
            "recurrent_kernel layers/lstm/cell/vars/1", "[4, 15]", "expected [4, 16] of 4 gates");
    assertThat(Keras.load(weights("lstm", new float[2][16], new float[4][16]), "x.h5")
        .as(SequenceToVector.class)).isNotNull();
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    var members = members(Files.readAllBytes(FOLDER.resolve("relu.keras")));
    members.remove("config.json");
    assertThatThrownBy(() -> readAll(archive(members))).isInstanceOf(FormatException.class)
        .hasMessageContaining("config.json");
    assertThatThrownBy(() -> readAll("no file of Keras".getBytes(UTF_8)))
        .isInstanceOf(FormatException.class).hasMessageContaining(".keras");
    assertThatThrownBy(() -> readAll(new byte[0])).isInstanceOf(FormatException.class);
  }

  /// The name of a layer that is not there was printed with the line ends in it.
  @Test
  void namesOfTheFileLeaveASentenceInOneLine() throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve("old_lstm.h5"));
    int name = indexOf(bytes, "input_1".getBytes(UTF_8));
    for (int at = name; at >= 0; at = next(bytes, at, "input_1".getBytes(UTF_8))) {
      bytes[at + 5] = '\n';
    }
    int weights = indexOf(bytes, "dense_1/kernel:0".getBytes(UTF_8));
    bytes[weights + 7] = '\n';
    assertThatThrownBy(() -> readAll(bytes)).isInstanceOf(FormatException.class)
        .hasMessageNotContainingAny("\n").hasMessageContaining("·");
  }

  private static int next(byte[] bytes, int after, byte[] part) {
    for (int i = after + 1; i <= bytes.length - part.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  /// A group whose table of links refers to itself 64 times 64 times …: each is a table of links
  /// again, so that a reader that trusts it never ends.
  @Test
  void tablesThatReferToThemselvesEnd() throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve("tagger.weights.h5"));
    int tree = indexOf(bytes, "TREE".getBytes(UTF_8));
    // A level above the leaves, 32 children, each of them this node itself.
    bytes[tree + 5] = 1;
    bytes[tree + 6] = 32;
    for (int child = 0; child < 32; child++) {
      long address = tree;
      for (int k = 0; k < Long.BYTES; k++) {
        bytes[tree + 24 + 16 * child + 8 + k] = (byte) (address >>> 8 * k);
      }
    }
    assertThatThrownBy(() -> readAll(bytes)).isInstanceOf(FormatException.class)
        .hasMessageContaining("without end");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i <= bytes.length - part.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("no table of links");
  }
}
