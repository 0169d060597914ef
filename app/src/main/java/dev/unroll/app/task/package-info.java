/// The common parts of the commands of tasks: their options, the display of their training, and
/// their data.
@NullMarked
package dev.unroll.app.task;

import org.jspecify.annotations.NullMarked;
