/// Programs of a few lines, each of which does one thing from the first line to the last.
@NullMarked
package dev.unroll.examples.quickstart;

import org.jspecify.annotations.NullMarked;
