package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.data.Vocabulary;
import dev.unroll.data.text.TextSplit;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TinyShakespeareTest {
  @Test
  void theTextIsTheOneThatEverybodyUses() throws Exception {
    String text = TinyShakespeare.text();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    // From the README of the data set, for data/tinyshakespeare/input.txt of karpathy/char-rnn.
    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo("86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed");
    assertThat(text).hasSize(1_115_394);
    assertThat(Vocabulary.of(text).size()).isEqualTo(65);
  }

  @Test
  void theSplitIsTheUsualOne() {
    // nanoGPT, data/shakespeare_char/prepare.py: int(n * 0.9) characters to train.
    var split = TextSplit.of(TinyShakespeare.text());
    assertThat(split.train()).hasSize(1_003_854);
    assertThat(split.validation()).hasSize(111_540);
  }

  @Test
  void theReadmeWithTheLicenceShips() throws Exception {
    try (var in = TinyShakespeare.class.getResourceAsStream("tinyshakespeare/README.md")) {
      assertThat(in).isNotNull();
      assertThat(new String(in.readAllBytes(), UTF_8)).contains("public domain");
    }
  }
}
