/// The commands of tasks: `train` with the name of one, and what answers with its model.
@NullMarked
package dev.unroll.app.command.task;

import org.jspecify.annotations.NullMarked;
