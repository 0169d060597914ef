/// What a request costs: the same HTTP server with our steps, with ONNX Runtime, and with no model.
@NullMarked
package dev.unroll.bench.serve;

import org.jspecify.annotations.NullMarked;
