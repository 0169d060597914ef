/// The published results that can be run again, a file each: its settings and the reasons for them.
@NullMarked
package dev.unroll.app.reproduce.published;

import org.jspecify.annotations.NullMarked;
