/// Sequences of requests: each has an id and a state, which can be taken away and put back.
@NullMarked
package dev.unroll.server.sequence;

import org.jspecify.annotations.NullMarked;
