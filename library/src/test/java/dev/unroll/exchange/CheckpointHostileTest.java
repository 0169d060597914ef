package dev.unroll.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.zip.ZipArchive;
import dev.unroll.model.SequenceToVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints that are damaged, or made to do harm: the one exception of files, and no more memory
/// than a small multiple of the file.
class CheckpointHostileTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/unroll/exchange/torch");

  /// `-Dunroll.mutants=100000` for a long run.
  private static final int MUTANTS = Integer.getInteger("unroll.mutants", 1500);

  private static final int LONG_MAX = 63;

  @TempDir
  Path folder;

  private static Checkpoint read(byte[] bytes) throws IOException {
    return Checkpoints.read(bytes, "the file");
  }

  private static void assertRefused(byte[] bytes, String... parts) {
    assertThatThrownBy(() -> {
      for (var tensor : read(bytes).tensors().values()) {
        tensor.floats();
      }
    }).isInstanceOf(FormatException.class).hasMessageContainingAll(parts);
  }

  /// Every mutant is a checkpoint, whose tensors are read and which is or is not a model, or is
  /// refused by the one exception.
  @ParameterizedTest
  @ValueSource(strings = {"classifier.pt", "tagger.legacy.pth", "types.pt", "types.legacy.pt",
    "classifier.script.pt"})
  void mutantsAreCheckpointsOrRefused(String name) throws IOException {
    assertMutants(Files.readAllBytes(FOLDER.resolve(name)), MUTANTS);
  }

  @Test
  void mutantsOfSafetensorsAreCheckpointsOrRefused() throws IOException {
    var model = PyTorch.load(FOLDER.resolve("classifier.pt")).as(SequenceToVector.class);
    var file = folder.resolve("model.safetensors");
    PyTorch.save(model, file);
    assertMutants(Files.readAllBytes(file), MUTANTS);
  }

  /// The pickle alone, in an archive whose sums are right, so that mutants reach the reader of
  /// pickles and of tensors.
  @ParameterizedTest
  @ValueSource(strings = {"classifier.pt", "types.pt"})
  void mutantsOfThePickleAreCheckpointsOrRefused(String name) throws IOException {
    var files = unpacked(Files.readAllBytes(FOLDER.resolve(name)));
    int accepted = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      var changed = new ArrayList<Member>();
      for (var file : files) {
        changed.add(file.name.endsWith("data.pkl")
            ? new Member(file.name, mutant(file.bytes, new Random(seed)))
            : file);
      }
      accepted += isAccepted(archive(changed), seed) ? 1 : 0;
    }
    assertThat(accepted).as("mutants that are checkpoints").isBetween(1, MUTANTS - 1);
  }

  private static void assertMutants(byte[] bytes, int count) throws IOException {
    int refused = 0;
    for (int seed = 0; seed < count; seed++) {
      refused += isAccepted(mutant(bytes, new Random(seed)), seed) ? 0 : 1;
    }
    assertThat(refused).as("mutants that are refused").isBetween(count / 20, count);
  }

  private static boolean isAccepted(byte[] mutant, int seed) throws IOException {
    Checkpoint checkpoint;
    try {
      checkpoint = read(mutant);
      for (var tensor : checkpoint.tensors().values()) {
        assertThat((long) tensor.floats().length).as("seed " + seed)
            .isEqualTo(tensor.elements());
      }
    } catch (FormatException e) {
      assertThat(e.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("\n");
      return false;
    }
    try {
      PyTorch.of(checkpoint).as(SequenceToVector.class);
    } catch (FormatException e) {
      assertThat(e.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("\n");
    }
    return true;
  }

  private static byte[] mutant(byte[] bytes, Random random) {
    var mutant = bytes.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(mutant.length);
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

  private record Member(String name, byte[] bytes) {}

  private static List<Member> unpacked(byte[] archive) throws IOException {
    var members = new ArrayList<Member>();
    for (var member : ZipArchive.read(ByteSource.of(archive, "archive")).members().values()) {
      members.add(new Member(member.name(), member.bytes(1 << 20)));
    }
    return members;
  }

  private static byte[] archive(List<Member> members) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (var member : members) {
        var entry = new ZipEntry(member.name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(member.bytes.length);
        var sum = new CRC32();
        sum.update(member.bytes);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(member.bytes);
      }
    }
    return out.toByteArray();
  }

  /// An archive with a pickle and one storage of four floats.
  private static byte[] checkpoint(String pickle) throws IOException {
    return archive(List.of(new Member("a/data.pkl", pickle.getBytes(ISO_8859_1)),
        new Member("a/data/0", new byte[16])));
  }

  /// A tensor in the form of torch.save, with numbers of eight bytes.
  private static String tensor(long elements, long offset, long shape, long stride) {
    return "ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000"
        + "X\3\0\0\0cpu" + number(elements) + "tQ" + number(offset) + number(shape) + "\u0085"
        + number(stride) + "\u0085" + "\u0089NtR";
  }

  private static String number(long value) {
    var bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return "\u008a\u0008" + new String(bytes, ISO_8859_1);
  }

  private static String dict(String tensor) {
    return "\u0080\2}X\1\0\0\0w" + tensor + "s.";
  }

  @Test
  void aPlainTensorOfTheFormUsedBelowIsRead() throws IOException {
    assertThat(read(checkpoint(dict(tensor(4, 1, 3, 1)))).tensors().get("w").floats())
        .containsExactly(0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, 5, 1, storage has 4 elements",
    "4, 2, 3, 1, storage has 4 elements",
    "4, 0, 3, 2, storage has 4 elements",
    "5, 0, 4, 1, said to have 5 elements",
    "-1, 0, 4, 1, said to have -1 elements",
    "4, -1, 4, 1, from element -1",
    "4, 0, -1, 1, of shape [-1]",
    "4, 0, 4, -1, strides [-1]",
    "9223372036854775807, 0, 4, 1, said to have 9223372036854775807",
    "4, 9223372036854775807, 4, 1, storage has 4 elements",
    "4, 1, 9223372036854775807, 1, storage has 4 elements",
    "4, 1, 3, 9223372036854775807, storage has 4 elements",
    "4, 1, 9223372036854775807, 9223372036854775807, storage has 4 elements",
    "4, 0, 9223372036854775807, 0, repeats the 4 elements",
    "4, 0, 4611686018427387904, 4, storage has 4 elements"
  })
  void aTensorBeyondItsStorageIsRefused(long elements, long offset, long shape, long stride,
      String problem) throws IOException {
    assertRefused(checkpoint(dict(tensor(elements, offset, shape, stride))), problem);
  }

  /// Nothing is called, and the name is said; in every way in which a pickle can call.
  @ParameterizedTest
  @ValueSource(strings = {
    "cos\nsystem\n(X\4\0\0\0echotR.",
    "(X\4\0\0\0echoios\nsystem\n.",
    "(cos\nsystem\nX\4\0\0\0echoo.",
    "cos\nsystem\n(X\4\0\0\0echot\u0081.",
    "cos\nsystem\n(X\4\0\0\0echot}\u0092.",
    "\u0080\4\u008c\2os\u008c\6system\u0093\u008c\4echo\u0085R.",
  })
  void aCallOfOsSystemIsRefusedByName(String pickle) throws IOException {
    assertRefused(checkpoint(pickle), "os.system", "nothing was executed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"builtins\neval", "__builtin__\neval", "torch.hub\nload",
    "torch.storage\n_load_from_bytes", "nt\nsystem", "subprocess\nPopen", "copyreg\n_reconstructor",
    "torch._utils\n_rebuild_tensor_v2.__globals__", "__torch__\nNet"})
  void otherNamesAreRefusedToo(String name) throws IOException {
    assertRefused(checkpoint("c" + name + "\n)R."), name.replace('\n', '.'));
  }

  /// A name that is not called is a value of no interest.
  @Test
  void aNameThatIsNotCalledIsNoHarm() throws IOException {
    var pickle = "\u0080\2}(X\1\0\0\0w" + tensor(4, 0, 4, 1) + "X\1\0\0\0xcos\nsystem\nu.";
    assertThat(read(checkpoint(pickle)).tensors()).containsOnlyKeys("w");
  }

  /// A line ends with ~ here.
  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', value = {
    "h\1., `value 1, which was not kept`", "g7~., `value 7, which was not kept`",
    "j\1\1\1\1., was not kept", "R., needs 2 values", "t., needs a mark", "(R., needs 2 values",
    "0., needs 1 values", "., needs 1 values", "N, ends in the middle",
    "X\377\377\377\377a., bytes",
    "\u008d\377\377\377\377\377\377\377\177a., bytes", "\u008b\377\377\377\177a., a number of",
    "\u0080\6N., protocol 6", "NN}b., a state for what is no object",
    "NNa., elements for what is no list", "Ns., needs 2 values",
    "NNNs., entries for what is no dictionary", "}(Nu., a key without a value",
    "Ixyz~., no whole number", "Fxyz~., no number", "Sxyz~., no text", "g-1~., reference",
    "\u0082\1., instruction 130", "\u0097., instruction 151"
  })
  void aPickleThatIsNoneIsNamed(String pickle, String problem) throws IOException {
    assertRefused(checkpoint(pickle.replace('~', '\n')), problem);
  }

  /// Lists in lists, a million deep: read, and not walked through.
  @Test
  void nestingHasAnEnd() throws IOException {
    var deep = "(".repeat(500_000) + "l".repeat(500_000);
    assertRefused(checkpoint("\u0080\2}X\1\0\0\0a" + deep + "s."), "no tensors");
    var dicts = new StringBuilder("\u0080\2");
    for (int i = 0; i < 200; i++) {
      dicts.append("}X\1\0\0\0a");
    }
    dicts.append(tensor(4, 0, 4, 1)).append("s".repeat(200)).append('.');
    assertRefused(checkpoint(dicts.toString()), "nested deeper");
  }

  /// Each dictionary has the one before it twice: 2^60 paths to one tensor.
  @Test
  void aDictionaryThatDoublesIsRefused() throws IOException {
    var bomb = new StringBuilder("\u0080\2}X\1\0\0\0w" + tensor(4, 0, 4, 1) + "sq\0000");
    for (int i = 0; i < 60; i++) {
      bomb.append("}(X\1\0\0\0ah").append((char) i).append("X\1\0\0\0bh").append((char) i)
          .append("uq").append((char) (i + 1)).append('0');
    }
    bomb.append("h").append((char) 60).append('.');
    assertRefused(checkpoint(bomb.toString()), "nested deeper than 64, or more than");
  }

  /// Values that contain themselves.
  @Test
  void circlesAreRefused() throws IOException {
    assertRefused(checkpoint("\u0080\2}q\0X\1\0\0\0ah\0s."), "nested deeper");
    assertRefused(checkpoint("\u0080\2}q\0(X\1\0\0\0ah\0X\1\0\0\0b}X\1\0\0\0w"
        + tensor(4, 0, 4, 1) + "sX\1\0\0\0c}X\1\0\0\0w" + tensor(4, 0, 4, 1) + "su."),
        "nested deeper");
  }

  /// Sixteen million instructions that make a value each.
  @Test
  void valuesAreCounted() throws IOException {
    var many = new char[16 << 20];
    Arrays.fill(many, 'N');
    many[many.length - 1] = '.';
    assertRefused(checkpoint(new String(many)), "more than 2000000 values");
  }

  @Test
  void aPickleOfGigabytesIsNotUnpacked() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        zip.write(zeros);
      }
    }
    assertRefused(out.toByteArray(), "data.pkl", "expected at most 67108864");
  }

  /// A member that says one size and has another, and one that shares the bytes of another.
  @Test
  void anArchiveThatLiesIsRefused() throws IOException {
    var good = checkpoint(dict(tensor(4, 0, 4, 1)));
    int directory = indexOf(good, HexFormat.of().parseHex("504b0102"), 0);
    int second = indexOf(good, HexFormat.of().parseHex("504b0102"), directory + 1);
    var overlapping = good.clone();
    System.arraycopy(good, directory + 42, overlapping, second + 42, 4);
    assertRefused(overlapping, "another one where its directory points");
    var twice = archive(List.of(new Member("a/data.pkl", new byte[1]),
        new Member("b/data.pkl", new byte[1])));
    assertRefused(twice, "more than one data.pkl");
    var sameName = new String(twice, ISO_8859_1).replace("b/data.pkl", "a/data.pkl")
        .getBytes(ISO_8859_1);
    assertRefused(sameName, "two members called");
    var encrypted = good.clone();
    encrypted[directory + 8] |= 1;
    assertRefused(encrypted, "encrypted");
    var method = good.clone();
    method[directory + 10] = 14;
    assertRefused(method, "method 14");
    var longer = good.clone();
    longer[second + 20] = 17;
    assertRefused(longer, "packed in 17");
    longer[second + 24] = 17;
    assertRefused(longer, "more than there are");
    longer[second + 23] = 0x7f;
    longer[second + 27] = 0x7f;
    assertRefused(longer, "more than there are");
    var shorter = good.clone();
    shorter[directory + 20]--;
    shorter[directory + 24]--;
    assertRefused(shorter, "data.pkl", "wrong checksum");
    var changed = good.clone();
    changed[directory - 1] ^= 1;
    assertRefused(changed, "wrong checksum");
    assertRefused(Arrays.copyOf(good, good.length - 30), "no end of a zip archive");
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void otherFilesAreNamed() {
    byte[] tar = new byte[600];
    System.arraycopy("ustar".getBytes(UTF_8), 0, tar, 257, 5);
    assertRefused(tar, "tar archive", "0.1.10");
    assertRefused(HexFormat.of().parseHex("894844460d0a1a0a0000"), "HDF5");
    assertRefused("once upon a time".getBytes(UTF_8), "no file of weights that is known");
    assertRefused(new byte[0], "no file of weights that is known");
    assertThatThrownBy(() -> Checkpoints.read(folder.resolve("none.pt")))
        .isInstanceOf(FormatException.class).hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> Checkpoints.read(folder)).isInstanceOf(FormatException.class)
        .hasMessageContaining("is not a file");
  }

  /// A sparse tensor once vanished from the list.
  @Test
  void aTensorThatIsNotReadIsListedAndRefusedByName() throws IOException {
    var sparse = "ctorch._utils\n_rebuild_sparse_tensor\n(tR";
    var file = checkpoint("\u0080\2}(X\1\0\0\0v" + sparse + "X\1\0\0\0w" + tensor(4, 0, 4, 1)
        + "u.");
    var all = read(file);
    assertThat(all.tensors()).containsOnlyKeys("v", "w");
    assertThat(all.tensors().get("v").type()).isEqualTo("sparse");
    assertRefused(file, "tensor v is made by torch._utils._rebuild_sparse_tensor", "dense");
    assertThatThrownBy(() -> PyTorch.of(all).as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContaining("tensor v is made by")
        .hasMessageContaining("--leave-out");
    assertThatThrownBy(() -> PyTorch.of(all.without("v")).as(SequenceToVector.class))
        .isInstanceOf(FormatException.class).hasMessageContaining("no recurrent module");
  }

  /// A quantized module keeps its tensor in a tuple, which once was left out without a word, and a
  /// file of nothing else was told to save the state dict that it is.
  @Test
  void quantizedWeightsAreNamed() throws IOException {
    var tensor = "ctorch._utils\n_rebuild_qtensor\n(tR";
    var file = checkpoint("\u0080\2}(X\1\0\0\0v(" + tensor + "Nt" + "X\1\0\0\0w"
        + tensor(4, 0, 4, 1) + "u.");
    assertThat(read(file).tensors()).containsOnlyKeys("v.0", "w");
    assertRefused(file, "tensor v.0", "quantized weights are not read");
    assertRefused(checkpoint("\u0080\2}X\1\0\0\0v(" + tensor + "Nts."), "tensor v.0",
        "quantized weights are not read");
    assertRefused(checkpoint("\u0080\2}X\1\0\0\0vctorch._C\nScriptObject\n(tRs."),
        "Quantized weights are not read");
  }

  /// `a.w`, and `w` under `a`: one of the two would be lost.
  @Test
  void twoTensorsOfOneNameAreRefused() throws IOException {
    assertRefused(checkpoint("\u0080\2}(X\3\0\0\0a.w" + tensor(4, 0, 4, 1)
        + "X\1\0\0\0a}X\1\0\0\0w" + tensor(4, 0, 3, 1) + "su."), "two tensors are called a.w");
  }
}
