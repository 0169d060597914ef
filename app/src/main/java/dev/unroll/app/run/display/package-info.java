/// What of a training is shown on the screen while it runs, and how long it takes.
@NullMarked
package dev.unroll.app.run.display;

import org.jspecify.annotations.NullMarked;
