/// Events of keys that get scores, with a state for each key (`docs/cluster.md`).
@NullMarked
package dev.unroll.spark.stream;

import org.jspecify.annotations.NullMarked;
