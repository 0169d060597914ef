/// The notation of settings, and checks of their numbers.
@NullMarked
package dev.unroll.train.notation;

import org.jspecify.annotations.NullMarked;
