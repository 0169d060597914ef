/// A training in its folder: how it begins and goes on, what it trains on, its screen and
/// checkpoints. Its log, its page and what is asked of it are packages of their own.
@NullMarked
package dev.unroll.app.run;

import org.jspecify.annotations.NullMarked;
