/// The command line. Nobody depends on it.
@NullMarked
package dev.unroll.app;

import org.jspecify.annotations.NullMarked;
