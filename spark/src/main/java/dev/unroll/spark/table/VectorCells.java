package dev.unroll.spark.table;

import dev.unroll.Engine;
import dev.unroll.data.Values;
import dev.unroll.model.SequenceToVector;
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
    return CellForm.of(model);
  }

  @Override
  public Answers answers() {
    var predictor = model.predictor(Engine.of(1));
    return cells -> predictor.predictValues(cells.stream().map(Values.class::cast).toList());
  }
}
