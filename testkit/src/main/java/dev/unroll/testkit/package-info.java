/// What a test of a cell needs: the gradient assertion, named tolerances, and golden files with the
/// numbers of other systems.
@NullMarked
package dev.unroll.testkit;

import org.jspecify.annotations.NullMarked;
