/// Recurrent networks, written as their equations.
module dev.unroll {
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports dev.unroll.cell;
  exports dev.unroll.data;
  exports dev.unroll.expr;
  exports dev.unroll.format;
  exports dev.unroll.inspect;
  exports dev.unroll.kernel;
  exports dev.unroll.layer;
  exports dev.unroll.model;
  exports dev.unroll.tensor;
  exports dev.unroll.train;
}
