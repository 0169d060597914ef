/// A graph of nodes, put in order, with an operator for each node, and its run.
@NullMarked
package dev.unroll.onnx.graph;

import org.jspecify.annotations.NullMarked;
