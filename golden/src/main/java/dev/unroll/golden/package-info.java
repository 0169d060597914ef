/// Makes the golden files: what libtorch and ONNX Runtime compute for small cases, written as JSON
/// for the tests. Outside the default build, since both bring native libraries. `dev/golden` runs
/// it.
@NullMarked
package dev.unroll.golden;

import org.jspecify.annotations.NullMarked;
