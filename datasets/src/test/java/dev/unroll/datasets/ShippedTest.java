package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What ships is what its README says, and the licence is with it.
class ShippedTest {
  private static final Pattern FILE =
      Pattern.compile("^\\| (\\S+) \\| (\\d+) \\| `([0-9a-f]{64})` \\|", Pattern.MULTILINE);

  private static byte[] resource(String name) throws Exception {
    try (var in = ShippedTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tinyshakespeare, 1, public domain",
    "names, 19, MIT",
    "scan, 3, BSD",
    "jsb-chorales, 2, MIT",
    "sentence-polarity, 1, Creative Commons Attribution 4.0",
    "cmudict, 4, BSD"})
  void theReadmeNamesFilesAndLicence(String folder, int files, String licence) throws Exception {
    String readme = new String(resource(folder + "/README.md"), UTF_8);
    assertThat(readme).contains("## Licence", licence);
    var entries = FILE.matcher(readme).results().toList();
    assertThat(entries).hasSize(files);
    for (var entry : entries) {
      byte[] bytes = resource(folder + "/" + entry.group(1));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertThat(bytes).as(entry.group(1)).hasSize(Integer.parseInt(entry.group(2)));
      assertThat(HexFormat.of().formatHex(digest)).as(entry.group(1)).isEqualTo(entry.group(3));
    }
  }
}
