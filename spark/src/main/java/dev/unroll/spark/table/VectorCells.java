package dev.unroll.spark.table;

import dev.unroll.Engine;
import dev.unroll.data.Values;
import dev.unroll.model.SequenceToVector;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/// One vector for each sequence.
record VectorCells(SequenceToVector model) implements CellModel {
  @Override
  public DataType answer() {
    return DataTypes.createArrayType(DataTypes.FloatType, false);
  }

  @Override
  public CellForm reads() {
    return CellForm.of(model).withoutGaps();
  }

  @Override
  public List<String> labels() {
    var outputs = model.architecture().outputs();
    if (!outputs.loss().isOfClasses()) {
      return List.of();
    }
    var names = outputs.labels();
    return names != null ? names.toList()
        : IntStream.range(0, outputs.targets()).mapToObj(String::valueOf).toList();
  }

  @Override
  public Answers answers() {
    var predictor = model.predictor(Engine.of(1));
    return cells -> predictor.predictValues(cells.stream().map(Values.class::cast).toList())
        .stream().map(UnsafeArrayData::fromPrimitiveArray).toList();
  }
}
