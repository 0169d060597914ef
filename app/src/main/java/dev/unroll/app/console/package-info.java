/// The input and output of commands, and their error messages.
@NullMarked
package dev.unroll.app.console;

import org.jspecify.annotations.NullMarked;
