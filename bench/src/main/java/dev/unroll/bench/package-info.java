/// The kernels one by one, measured with JMH. Each benchmark checks what it computes before it is
/// timed, and compares twins: the plain Java provider with the vector provider.
@NullMarked
package dev.unroll.bench;

import org.jspecify.annotations.NullMarked;
