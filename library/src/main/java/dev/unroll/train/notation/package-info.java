/// Settings as they are written, and checks of their numbers.
@NullMarked
package dev.unroll.train.notation;

import org.jspecify.annotations.NullMarked;
