/// Recurrent networks over the event streams of Apache Flink, with a state for each key.
@NullMarked
package dev.unroll.flink;

import org.jspecify.annotations.NullMarked;
