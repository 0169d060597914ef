/// Metrics: plain functions of values, independent of any model.
@NullMarked
package dev.unroll.score;

import org.jspecify.annotations.NullMarked;
