/// `unroll bench`: what a machine can do, and what cells make of it.
@NullMarked
package dev.unroll.app.bench;

import org.jspecify.annotations.NullMarked;
