/// One time step as a graph without duplicates, its gradient, and a reference interpreter in
/// `double`.
@NullMarked
package dev.unroll.expr.graph;

import org.jspecify.annotations.NullMarked;
