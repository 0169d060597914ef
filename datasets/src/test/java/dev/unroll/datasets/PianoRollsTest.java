package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PianoRollsTest {
  private static final PianoRolls JSB = PianoRolls.jsbChorales();

  @TempDir
  Path folder;

  private static int steps(List<Features> pieces) {
    return pieces.stream().mapToInt(Features::length).sum();
  }

  private static int[] chord(Features piece, int t) {
    return IntStream.range(0, 88).filter(key -> piece.values()[t * 88 + key] == 1).toArray();
  }

  @Test
  void theChoralesAreAll() {
    // From the README; the steps and keys were read with scipy.io.loadmat.
    assertThat(JSB.train()).hasSize(229);
    assertThat(JSB.validation()).hasSize(76);
    assertThat(JSB.test()).hasSize(77);
    assertThat(steps(JSB.train())).isEqualTo(13_807);
    assertThat(steps(JSB.validation())).isEqualTo(4_602);
    assertThat(steps(JSB.test())).isEqualTo(4_725);
    assertThat(chord(JSB.train().getFirst(), 0)).containsExactly(39, 51, 58, 67);
    assertThat(chord(JSB.train().getFirst(), 2)).containsExactly(46, 49, 55, 63);
    double keys = 0;
    for (var piece : JSB.test()) {
      for (float value : piece.values()) {
        keys += value;
      }
    }
    assertThat(keys).isEqualTo(18_367);
  }

  @Test
  void theTargetIsTheNextStep() {
    var split = JSB.nextStep();
    assertThat(split).hasToString("Split(229 to train, 76 to validate, 77 to test)");
    var first = split.train().getFirst();
    assertThat(first.input().length()).isEqualTo(128);
    assertThat(first.target().length()).isEqualTo(128);
    assertThat(chord((Features) first.input(), 2)).containsExactly(46, 49, 55, 63);
    assertThat(chord((Features) first.target(), 1)).containsExactly(46, 49, 55, 63);
  }

  /// An element: its type, its size, its bytes, padded to eights.
  private static byte[] element(int type, byte[]... parts) {
    int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    var out = ByteBuffer.allocate(8 + (size + 7) / 8 * 8).order(ByteOrder.BIG_ENDIAN);
    out.putInt(type).putInt(size);
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }

  private static byte[] ints(int... values) {
    var out = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      out.putInt(value);
    }
    return out.array();
  }

  private static byte[] matrix(int kind, String name, int rows, int columns, byte[] data) {
    return element(
        14,
        element(6, ints(kind, 0)),
        element(5, ints(rows, columns)),
        element(1, name.getBytes(ISO_8859_1)),
        data);
  }

  /// Big-endian, not compressed, doubles: the other branch of each choice.
  private static byte[] bigEndian(int keys, double value) {
    var numbers = ByteBuffer.allocate(8 * 2 * keys);
    for (int i = 0; i < 2 * keys; i++) {
      numbers.putDouble(i == 1 ? value : 0);
    }
    byte[] piece = matrix(6, "", 2, keys, element(9, numbers.array()));
    var out = ByteBuffer.allocate(1 << 14);
    out.put(126, (byte) 'M').put(127, (byte) 'I').position(128);
    for (String part : List.of("traindata", "validdata", "testdata")) {
      out.put(matrix(1, part, 1, 1, piece));
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  @Test
  void theOtherByteOrderIsRead() throws Exception {
    var file = Files.write(folder.resolve("big.mat"), bigEndian(88, 1));
    var rolls = PianoRolls.read(file);
    assertThat(rolls.test()).hasSize(1);
    // Columns lie one after another: number 1 is step 1 of key 0.
    assertThat(chord(rolls.test().getFirst(), 0)).isEmpty();
    assertThat(chord(rolls.test().getFirst(), 1)).containsExactly(0);
    Files.write(file, bigEndian(87, 1));
    assertThatThrownBy(() -> PianoRolls.read(file))
        .hasMessage(
            file
                + ": piece 0 of traindata has 87 columns, expected a step in each row and 88 "
                + "keys.");
    Files.write(file, bigEndian(88, 0.5));
    assertThatThrownBy(() -> PianoRolls.read(file))
        .hasMessage(file + ": piece 0 of traindata has 0.5 at step 1, key 0, expected 0 or 1.");
  }

  @Test
  void damagedFilesGetOneSentence() throws Exception {
    byte[] whole;
    try (var in = PianoRolls.class.getResourceAsStream("jsb-chorales/JSB_Chorales.mat")) {
      whole = in.readAllBytes();
    }
    var file = Files.write(folder.resolve("cut.mat"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> PianoRolls.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + " is not a whole MATLAB 5 file: ")
        .hasMessageEndingWith("; fetch it again.");
    // An element that says it is larger than the file.
    byte[] hostile = bigEndian(88, 1);
    ByteBuffer.wrap(hostile).putInt(132, Integer.MAX_VALUE);
    Files.write(file, hostile);
    assertThatThrownBy(() -> PianoRolls.read(file)).isInstanceOf(DataException.class);
    byte[] big = bigEndian(88, 1);
    long seed = 99;
    var random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 200; round++) {
      byte[] damaged = round % 2 == 0 ? whole.clone() : big.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        assertThat(PianoRolls.read(file).train()).as("seed %d round %d", seed, round).isNotEmpty();
      } catch (DataException e) {
        refused++;
      }
    }
    assertThat(refused).as("damage that was met").isGreaterThan(100);
  }
}
