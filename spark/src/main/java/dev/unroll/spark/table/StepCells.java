package dev.unroll.spark.table;

import dev.unroll.Engine;
import dev.unroll.data.Values;
import dev.unroll.model.SequenceToSequence;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/// A vector for each step of each sequence.
record StepCells(SequenceToSequence model) implements CellModel {
  @Override
  public DataType answer() {
    return DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType, false), false);
  }

  @Override
  public CellForm reads() {
    return CellForm.of(model).withoutGaps();
  }

  @Override
  public Answers answers() {
    var predictor = model.predictor(Engine.of(1));
    return cells -> predictor.predict(cells.stream().map(Values.class::cast).toList())
        .stream().map(StepCells::array).toList();
  }

  private static ArrayData array(float[][] steps) {
    return new GenericArrayData(
        Arrays.stream(steps).map(UnsafeArrayData::fromPrimitiveArray).toArray());
  }
}
