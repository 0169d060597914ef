/// How the learning rate changes.
@NullMarked
package dev.unroll.train.schedule;

import org.jspecify.annotations.NullMarked;
