/// Tools for testing cells: the gradient assertion, named tolerances, and golden files with the
/// values of other systems; and files that fail when a test wants it.
@NullMarked
package dev.unroll.testkit;

import org.jspecify.annotations.NullMarked;
