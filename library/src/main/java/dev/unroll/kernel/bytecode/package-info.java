/// Compiles the elementwise stages of a plan to classes: each stage becomes a few fused loops on
/// the Vector API, written with `java.lang.classfile`. The Vector API is referred to by name only,
/// so the package loads without its module.
@NullMarked
package dev.unroll.kernel.bytecode;

import org.jspecify.annotations.NullMarked;
