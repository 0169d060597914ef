package dev.unroll.spark.table;

import dev.unroll.Engine;
import dev.unroll.task.transduce.Transducer;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/// A text for each text.
record TransducerCells(Transducer transducer) implements CellModel {
  @Override
  public DataType answer() {
    return DataTypes.StringType;
  }

  @Override
  public CellForm reads() {
    return CellForm.TEXT;
  }

  @Override
  public Answers answers() {
    var own = transducer.on(Engine.of(1));
    return cells -> own.transduce(cells.stream().map(String.class::cast).toList()).stream()
        .map(t -> UTF8String.fromString(t.text())).toList();
  }
}
