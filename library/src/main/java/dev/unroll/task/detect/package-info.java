/// Odd values of series: a [dev.unroll.task.detect.Detector] and its
/// [dev.unroll.task.detect.Watch].
@NullMarked
package dev.unroll.task.detect;

import org.jspecify.annotations.NullMarked;
