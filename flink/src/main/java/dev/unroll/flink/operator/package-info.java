/// What runs on task managers: operators that gather events, score them, and keep states and
/// timers. Nothing here is called by users.
@NullMarked
package dev.unroll.flink.operator;

import org.jspecify.annotations.NullMarked;
