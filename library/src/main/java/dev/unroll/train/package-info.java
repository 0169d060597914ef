/// Training: optimizer, schedule, clipping, truncated back-propagation through time, checkpoints.
@NullMarked
package dev.unroll.train;

import org.jspecify.annotations.NullMarked;
