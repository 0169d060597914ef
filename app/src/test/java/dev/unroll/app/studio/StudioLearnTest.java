package dev.unroll.app.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The small networks of the lessons.
@ExtendWith(TrainedStudio.Parameter.class)
class StudioLearnTest {
  private final RawHttp http;

  StudioLearnTest(TrainedStudio studio) {
    this.http = studio.http();
  }

  @Test
  void gradientsFollowTheSliders() throws IOException {
    var small = http.get("/api/learn/profiles?radius=0.8&bias=0").json();
    // A linear network with U = 0.8 times an orthogonal matrix.
    assertThat(small.numbers("linear").get(10)).isCloseTo(Math.pow(0.8, 10),
        withPercentage(0.1));
    assertThat(small.numbers("tanh").get(30)).isLessThanOrEqualTo(small.numbers("bound").get(30));
    var large = http.get("/api/learn/profiles?radius=1.2&bias=4").json();
    assertThat(large.numbers("linear").get(10)).isCloseTo(Math.pow(1.2, 10),
        withPercentage(0.1));
    assertThat(large.numbers("lstm").getLast()).isGreaterThan(small.numbers("lstm").getLast());
    assertThat(http.get("/api/learn/profiles?radius=x&bias=0").status()).isEqualTo(400);
    assertThat(http.get("/api/learn/profiles?radius=99&bias=0").status()).isEqualTo(400);
  }

  @Test
  void aCliffThrowsOnlyWhatIsNotClipped() throws IOException {
    var paths = http.get("/api/learn/cliff?w=5.5&b=-2.6&rate=0.1&clip=1").json();
    // The numbers of docs/why-gradients-vanish.md: 0.0002 and the plateau at 0.09.
    assertThat(last(paths, "clipped")).isLessThan(3e-4);
    assertThat(last(paths, "plain")).isBetween(0.08, 0.1);
    assertThat(http.get("/api/learn/surface").json().objects("sections")).hasSize(1);
  }

  private static double last(JsonFields paths, String key) throws IOException {
    var point = (List<?>) paths.list(key).getLast();
    return ((Number) point.get(2)).doubleValue();
  }

  @Test
  void oneMaskStaysAndTheOtherIsNewAtEachStep() throws IOException {
    var masks = http.get("/api/learn/masks?p=0.5&seed=1").json();
    assertThat(masks.list("variational")).hasSize(40)
        .containsOnly(masks.list("variational").get(0));
    assertThat(masks.list("between").stream().distinct().count()).isGreaterThan(30);
    assertThat(http.get("/api/learn/masks?p=1&seed=1").status()).isEqualTo(400);
  }
}
