/// From the elementwise stages of a plan to classes: each stage becomes a few fused loops on the Vector
/// API, written with `java.lang.classfile`. Nothing here refers to the Vector API but by name, so the
/// package loads without its module.
@NullMarked
package dev.unroll.kernel.bytecode;

import org.jspecify.annotations.NullMarked;
