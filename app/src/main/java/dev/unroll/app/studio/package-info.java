/// `unroll studio`: a page on this machine to watch trainings, compare runs, play with models and
/// learn. [StudioServer] answers its requests; the page itself is in the resources of this package.
@NullMarked
package dev.unroll.app.studio;

import org.jspecify.annotations.NullMarked;
