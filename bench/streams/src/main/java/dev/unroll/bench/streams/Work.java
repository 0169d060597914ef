package dev.unroll.bench.streams;

import dev.unroll.cell.Lstm;
import dev.unroll.flink.BatchedScoring;
import dev.unroll.flink.Scoring;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/// What a job does with the events of keys: nothing, or score them by the same LSTM in three ways.
enum Work {
  IDENTITY("the engine alone", 0), ONE("one at a time", 1), BATCHED("batched",
      256), ONNX("ONNX Runtime per event", 1);

  static final int HIDDEN = 64;
  private static final SequenceToSequence NETWORK = SequenceToSequence.of(
      Inputs.features(Click.SIZE), RecurrentStack.of(Lstm.cell(), HIDDEN), Outputs.numbers(1), 1);

  final String title;
  private final int batch;

  Work(String title, int batch) {
    this.title = title;
    this.batch = batch;
  }

  /// The stream of the results.
  SingleOutputStreamOperator<Float> apply(KeyedStream<Click, Long> clicks) throws IOException {
    return switch (this) {
      case IDENTITY -> clicks.process(new Identity()).returns(Types.FLOAT);
      case ONE -> clicks.process(Scoring.<Long, Click, Float>of(StreamModel.of(NETWORK),
          Click.FEATURES, (_, score) -> score.value(0)));
      case BATCHED -> BatchedScoring.<Click, Float>of(StreamModel.of(NETWORK), Click.FEATURES,
          (_, score) -> score.value(0)).batch(batch).maxWait(Duration.ofMillis(5)).apply(clicks);
      case ONNX -> clicks.process(new OnnxScoring(onnx(), HIDDEN)).returns(Types.FLOAT);
    };
  }

  /// The stream of the times at which the events were made, which come out with their scores.
  SingleOutputStreamOperator<Long> born(KeyedStream<Click, Long> clicks) {
    return switch (this) {
      case IDENTITY -> clicks.process(new Born()).returns(Types.LONG);
      case BATCHED -> BatchedScoring.<Click, Long>of(StreamModel.of(NETWORK), Click.FEATURES,
          (click, _) -> click.born()).batch(batch).maxWait(Duration.ofMillis(5)).apply(clicks);
      default -> throw new IllegalArgumentException(this + " waits for nothing");
    };
  }

  private static byte[] onnx() throws IOException {
    var folder = Files.createTempDirectory("bench-streams");
    var file = folder.resolve("lstm.onnx");
    OnnxExport.of(NETWORK).withStates().write(file);
    var bytes = Files.readAllBytes(file);
    Files.delete(file);
    Files.delete(folder);
    return bytes;
  }

  private static final class Identity extends KeyedProcessFunction<Long, Click, Float> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(Click click, Context context, Collector<Float> out) {
      out.collect(click.x()[0]);
    }
  }

  private static final class Born extends KeyedProcessFunction<Long, Click, Long> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(Click click, Context context, Collector<Long> out) {
      out.collect(click.born());
    }
  }
}
