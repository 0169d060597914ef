package dev.unroll.tensor.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.tensor.Rows;
import org.junit.jupiter.api.Test;

/// Whether the build runs its tests on memory that is spoiled, as it was asked to.
class LeftoversTest {

  @Test
  void memoryIsSpoiledIfThePropertySaysSo() {
    boolean asked = "nan".equals(System.getProperty(Leftovers.PROPERTY));
    assertThat(Leftovers.areSpoiled()).isEqualTo(asked);
    var array = new float[] {1, 2, 3};
    Leftovers.spoil(array, 1, 2);
    assertThat(array).containsExactly(1, asked ? Float.NaN : 2, 3);
    var rows = Rows.allocate(2, 2);
    Leftovers.spoil(rows);
    assertThat(rows.array()).containsOnly(asked ? Float.NaN : 0);
    var sums = new double[] {1};
    Leftovers.spoil(sums);
    assertThat(sums).containsExactly(asked ? Double.NaN : 1);
  }
}
