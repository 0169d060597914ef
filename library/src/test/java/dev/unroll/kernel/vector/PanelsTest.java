package dev.unroll.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.provider.Providers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What panels and workspaces refuse and promise.
class PanelsTest {
  @ParameterizedTest
  @FieldSource("dev.unroll.kernel.vector.ProductTest#KERNELS")
  void aColumnRangeConsistsOfWholePanels(Kernels kernels) {
    int width = kernels.panels(1, 5000).width();
    int columns = 2 * width + 1;
    Panels b = kernels.panels(3, columns);
    float[] a = new float[3];
    float[] c = new float[columns];
    assertThatThrownBy(() -> kernels.multiply(a, 0, 3, 1, b, 1, columns, c, 0, columns, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiples of the panel width " + width);
    assertThatThrownBy(() -> kernels.multiply(a, 0, 3, 1, b, 0, width + 1, c, 0, columns, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void panelsOfOneProviderAreRefusedByAnother() {
    Panels b = Providers.scalar().panels(3, 40);
    Kernels vector = new VectorKernels(new TileSet(8, 32));
    float[] a = new float[3];
    assertThatThrownBy(() -> vector.multiply(a, 0, 3, 1, b, 0, 40, new float[40], 0, 40, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("make them with panels(3, 40)");
  }

  @Test
  void panelsRefuseSizesThatNoArrayHas() {
    assertThatThrownBy(() -> Providers.scalar().panels(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth 0");
    assertThatThrownBy(() -> Providers.scalar().panels(1 << 16, 1 << 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than an array holds");
  }

  @Test
  void aWorkspaceIsReused() {
    Workspace workspace = new Workspace();
    float[] first = workspace.left(100);
    assertThat(workspace.left(50)).isSameAs(first);
    assertThat(workspace.left(101)).isNotSameAs(first).hasSizeGreaterThanOrEqualTo(101);
    assertThat(workspace.right(10)).isNotSameAs(workspace.left(10));
  }
}
