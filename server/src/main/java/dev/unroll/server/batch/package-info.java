/// Calls that wait for each other, so that one step of a model serves many of them.
@NullMarked
package dev.unroll.server.batch;

import org.jspecify.annotations.NullMarked;
