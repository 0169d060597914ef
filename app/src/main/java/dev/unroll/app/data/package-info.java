/// The data of commands: examples, texts, and the scaling of their numbers.
@NullMarked
package dev.unroll.app.data;

import org.jspecify.annotations.NullMarked;
