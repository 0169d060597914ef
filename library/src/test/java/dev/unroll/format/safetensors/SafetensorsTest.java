package dev.unroll.format.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class SafetensorsTest {
  @TempDir
  Path folder;

  /// One tensor of every type, a single number, an empty one, and metadata beyond ASCII.
  public static Safetensors sample() {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("z", "σ(W x + U h + b)");
    metadata.put("a", "{\"json\": \"inside\"}");
    var tensors = new LinkedHashMap<String, StoredTensor>();
    float nan = Float.intBitsToFloat(0x7FC0_1234);
    tensors.put("W", StoredTensor.of(new float[] {1, -0f, nan, Float.MIN_VALUE, 5, 6}, 2, 3));
    tensors.put("step", StoredTensor.of(new long[] {Long.MIN_VALUE}));
    tensors.put("empty", StoredTensor.of(new float[0], 0, 4));
    tensors.put("bytes", StoredTensor.of(new byte[] {1, -1, 127}, 3));
    tensors.put("odd", StoredTensor.of(new double[] {Math.PI, Double.NaN}, 2));
    tensors.put("ints", StoredTensor.of(new int[] {1, -2, 3}, 1, 3, 1));
    return Safetensors.of(metadata, tensors);
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    var file = folder.resolve("model.safetensors");
    sample().write(file);
    var back = Safetensors.read(file);
    assertThat(back.metadata()).isEqualTo(sample().metadata());
    assertThat(back.metadata().keySet()).containsExactly("z", "a");
    assertThat(back.tensors().keySet())
        .containsExactly("W", "step", "empty", "bytes", "odd", "ints");
    assertThat(back.verified()).isTrue();
    assertThat(back.tensor("W", Dtype.F32, 2, 3).floats()).hasSize(6);
    assertThat(back.tensor("step", Dtype.I64).longs()).containsExactly(Long.MIN_VALUE);
    assertThat(back.tensor("empty", Dtype.F32, 0, 4).floats()).isEmpty();
    assertThat(back.tensor("bytes", Dtype.U8, 3).bytes()).containsExactly(1, -1, 127);
    assertThat(back.tensor("odd", Dtype.F64, 2).doubles()).containsExactly(Math.PI, Double.NaN);
    assertThat(back.tensor("ints", Dtype.I32, 1, 3, 1).ints()).containsExactly(1, -2, 3);
    // Byte for byte, so also the sign of zero and the bits of the NaN.
    assertThat(back.bytes()).isEqualTo(sample().bytes()).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void tensorsLongerThanAChunkAreReadBack() throws Exception {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    float[] sines = new float[3 * 16384 + 5];
    byte[] bytes = new byte[65536 + 3];
    for (int i = 0; i < sines.length; i++) {
      sines[i] = (float) Math.sin(i);
    }
    bytes[65536] = 7;
    tensors.put("sines", StoredTensor.of(sines, sines.length));
    tensors.put("bytes", StoredTensor.of(bytes, bytes.length));
    var back = Safetensors.read(Safetensors.of(new LinkedHashMap<>(), tensors).bytes(), "memory");
    assertThat(back.tensor("sines", Dtype.F32, sines.length).floats()).isEqualTo(sines);
    assertThat(back.tensor("bytes", Dtype.U8, bytes.length).bytes()).isEqualTo(bytes);
  }

  /// The layout that other programs rely on, read here without our reader.
  @Test
  void theBytesFollowTheFormat() throws Exception {
    byte[] bytes = sample().bytes();
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) buffer.getLong(0);
    assertThat((8 + length) % 64).isZero();
    String header = new String(bytes, 8, length, UTF_8);
    String json = header.stripTrailing();
    assertThat(header).matches("\\{.*} *");
    assertThat(json)
        .endsWith(
            "\"z\":\"σ(W x + U h + b)\",\"a\":\"{\\\"json\\\": \\\"inside\\\"}\"},"
                + "\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                + "\"step\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[24,32]},"
                + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[32,32]},"
                + "\"bytes\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[32,35]},"
                + "\"odd\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[35,51]},"
                + "\"ints\":{\"dtype\":\"I32\",\"shape\":[1,3,1],\"data_offsets\":[51,63]}}");
    assertThat(bytes).hasSize(8 + length + 63);
    assertThat(buffer.getFloat(8 + length)).isEqualTo(1f);
    assertThat(buffer.getInt(8 + length + 8)).isEqualTo(0x7FC0_1234);
    assertThat(buffer.getDouble(8 + length + 35)).isEqualTo(Math.PI);
  }

  /// The checksum as its description says, computed without our code.
  @Test
  void theChecksumIsOfTheWholeFileWithZerosInItsPlace() throws Exception {
    byte[] bytes = sample().bytes();
    String text = new String(bytes, ISO_8859_1);
    int at = text.indexOf("unroll.sha256\":\"") + "unroll.sha256\":\"".length();
    String checksum = text.substring(at, at + 64);
    byte[] zeroed = bytes.clone();
    Arrays.fill(zeroed, at, at + 64, (byte) '0');
    byte[] sha = MessageDigest.getInstance("SHA-256").digest(zeroed);
    assertThat(HexFormat.of().formatHex(sha)).isEqualTo(checksum);
  }

  /// A file as Python's safetensors writes it: no padding to 64, no checksum, the metadata
  /// anywhere, names in another order than the data.
  @Test
  void filesFromElsewhereAreRead() throws Exception {
    byte[] file =
        file(
            "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}  ",
            12);
    var read = Safetensors.read(file, "elsewhere");
    assertThat(read.tensors().keySet()).containsExactly("a", "b");
    assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThat(read.verified()).isFalse();
    assertThat(Safetensors.read(file("{}", 0), "empty").tensors()).isEmpty();
  }

  public static byte[] file(String header, int data) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + json.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @Test
  void aTensorAskedForMustBeThereWithItsTypeAndShape() throws Exception {
    var read = Safetensors.read(sample().bytes(), "m");
    String cure = "; the file is not of this model or damaged.";
    assertThatThrownBy(() -> read.tensor("U", Dtype.F32, 2, 2))
        .isInstanceOf(FormatException.class)
        .hasMessage("m: tensor \"U\" is missing, expected F32 [2, 2]" + cure);
    assertThatThrownBy(() -> read.tensor("W", Dtype.F32, 3, 2))
        .hasMessage("m: tensor \"W\" is F32 [2, 3], expected F32 [3, 2]" + cure);
    assertThatThrownBy(() -> read.tensor("W", Dtype.F64, 2, 3))
        .hasMessage("m: tensor \"W\" is F32 [2, 3], expected F64 [2, 3]" + cure);
    var w = read.tensor("W", Dtype.F32, 2, 3);
    assertThatThrownBy(w::doubles).hasMessage("F32 [2, 3] is not F64.");
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> StoredTensor.of(new float[5], 2, 3))
        .hasMessage("StoredTensor: shape [2, 3] has 6 elements, but 5 are given.");
    assertThatThrownBy(() -> StoredTensor.of(new float[2], -1, -2))
        .hasMessage("StoredTensor: shape [-1, -2] has a negative size.");
  }

  @Test
  void reservedNamesAreRefused() {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    tensors.put("__metadata__", StoredTensor.of(new float[1]));
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("unroll.sha256", "");
    assertThatThrownBy(() -> Safetensors.of(new LinkedHashMap<>(), tensors))
        .hasMessageContaining("no tensor can be called __metadata__");
    assertThatThrownBy(() -> Safetensors.of(metadata, new LinkedHashMap<>()))
        .hasMessageContaining("which the writer adds by itself");
  }

  @Test
  void pathsThatAreNoFilesAreNamed() {
    assertThatThrownBy(() -> Safetensors.read(folder.resolve("none")))
        .isInstanceOf(FormatException.class)
        .hasMessage(folder.resolve("none") + ": there is no such file; check the path.");
    assertThatThrownBy(() -> Safetensors.read(folder))
        .isInstanceOf(FormatException.class)
        .hasMessage(folder + ": is not a file; give the path of a safetensors file.");
  }
}
