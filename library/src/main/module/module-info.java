/// Recurrent networks, written as their equations: cells in `cell`, models in `model`, training in
/// `train`, what networks do in `inspect`. Kernels are inside.
module dev.unroll {
  requires jdk.incubator.vector;
  requires static org.jspecify;

  uses dev.unroll.table.TableFormat;

  exports dev.unroll;
  exports dev.unroll.cell;
  exports dev.unroll.data;
  exports dev.unroll.exchange;
  exports dev.unroll.exchange.checkpoint;
  exports dev.unroll.expr;
  exports dev.unroll.format;
  exports dev.unroll.inspect;
  exports dev.unroll.layer;
  exports dev.unroll.layer.stepping;
  exports dev.unroll.model;
  exports dev.unroll.model.loss;
  exports dev.unroll.onnx;
  exports dev.unroll.score;
  exports dev.unroll.series;
  exports dev.unroll.stream;
  exports dev.unroll.table;
  exports dev.unroll.task;
  exports dev.unroll.task.detect;
  exports dev.unroll.task.forecast;
  exports dev.unroll.task.tag;
  exports dev.unroll.task.transduce;
  exports dev.unroll.task.tune;
  exports dev.unroll.tensor;
  exports dev.unroll.train;
  exports dev.unroll.train.clipping;
  exports dev.unroll.train.optimizer;
  exports dev.unroll.train.parallel;
  exports dev.unroll.train.schedule;
}
