/// The log of a run, line by line, also as events for TensorBoard.
@NullMarked
package dev.unroll.app.run.log;

import org.jspecify.annotations.NullMarked;
