/// Where commands read and write, and what they say when something goes wrong.
@NullMarked
package dev.unroll.app.console;

import org.jspecify.annotations.NullMarked;
