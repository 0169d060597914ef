/// One time step as a graph without repetitions, its gradient, and their slow truth in `double`.
@NullMarked
package dev.unroll.expr.graph;

import org.jspecify.annotations.NullMarked;
