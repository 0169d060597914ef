/// Published results, run again: an [Experiment] is a list of [Row]s, a [Reproduction] runs them in a
/// folder that keeps what is finished.
@NullMarked
package dev.unroll.app.reproduce;

import org.jspecify.annotations.NullMarked;
