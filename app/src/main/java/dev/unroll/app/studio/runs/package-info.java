/// The runs of a folder as the studio shows them: their logs followed while they grow, thinned to
/// what a screen can show.
@NullMarked
package dev.unroll.app.studio.runs;

import org.jspecify.annotations.NullMarked;
