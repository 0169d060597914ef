/// Reproductions of published results: an [Experiment] is a list of [Row]s, a [Reproduction] runs
/// them in a folder that keeps finished rows.
@NullMarked
package dev.unroll.app.reproduce;

import org.jspecify.annotations.NullMarked;
