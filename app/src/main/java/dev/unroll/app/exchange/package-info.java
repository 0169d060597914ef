/// The command `unroll import`: models from the files of other programs.
@NullMarked
package dev.unroll.app.exchange;

import org.jspecify.annotations.NullMarked;
