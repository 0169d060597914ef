/// Jobs of stream engines, measured: `bench/streams/run`.
@NullMarked
package dev.unroll.bench.streams;

import org.jspecify.annotations.NullMarked;
