/// What recurrent networks do, measured: where gradients go, what gates do, what the loss looks like.
@NullMarked
package dev.unroll.inspect;

import org.jspecify.annotations.NullMarked;
