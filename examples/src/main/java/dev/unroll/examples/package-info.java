/// The examples are the documentation: each file shows one topic on real data, from the first line
/// to the last, and can be run.
@NullMarked
package dev.unroll.examples;

import org.jspecify.annotations.NullMarked;
