/// One training on many machines, measured and predicted: `bench/cluster/run`.
@NullMarked
package dev.unroll.bench.cluster;

import org.jspecify.annotations.NullMarked;
