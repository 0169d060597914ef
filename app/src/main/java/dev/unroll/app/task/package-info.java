/// What the commands of the tasks have in common: their options, how their training shows, and their data.
@NullMarked
package dev.unroll.app.task;

import org.jspecify.annotations.NullMarked;
