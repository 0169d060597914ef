/// A training in its folder: the log, the screen, the page, checkpoints.
@NullMarked
package dev.unroll.app.run;

import org.jspecify.annotations.NullMarked;
