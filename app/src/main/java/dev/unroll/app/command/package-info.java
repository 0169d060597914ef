/// The commands, one class each.
@NullMarked
package dev.unroll.app.command;

import org.jspecify.annotations.NullMarked;
