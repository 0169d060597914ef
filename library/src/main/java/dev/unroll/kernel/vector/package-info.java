/// The kernels on the Vector API: the only place that touches the incubating module
/// `jdk.incubator.vector`. Nothing outside loads a class of this package before it has seen that
/// the module is there.
@NullMarked
package dev.unroll.kernel.vector;

import org.jspecify.annotations.NullMarked;
