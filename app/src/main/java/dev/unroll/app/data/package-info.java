/// What people give a command: examples, texts, and how their numbers are scaled.
@NullMarked
package dev.unroll.app.data;

import org.jspecify.annotations.NullMarked;
