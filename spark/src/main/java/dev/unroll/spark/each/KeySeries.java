package dev.unroll.spark.each;

import dev.unroll.series.Series;
import dev.unroll.table.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.sql.Row;

/// The rows that [ForecastEach] makes of a table, as series: a key, its times as texts, its values.
final class KeySeries {
  private static final String TIME = "time";
  private static final String VALUE = "value";
  private static final String KEY = "key";

  private KeySeries() {}

  /// The series of one key.
  ///
  /// @param ordered whether times are mere numbers, in the order of which the rows come
  static Series of(Row row, boolean ordered) {
    return read("the series of " + row.get(0), List.of(row), false, ordered).target(VALUE);
  }

  /// The series of many keys.
  static Series all(List<Row> rows, boolean ordered) {
    return read("the table", rows, true, ordered).id(KEY).target(VALUE);
  }

  /// @param named whether there is a column with the keys
  private static Series read(String name, List<Row> rows, boolean named, boolean ordered) {
    var keys = new ArrayList<String>();
    var times = new ArrayList<String>();
    var values = new ArrayList<String>();
    for (var row : rows) {
      List<String> at = row.getList(1);
      List<Double> all = row.getList(2);
      for (int i = 0; i < all.size(); i++) {
        keys.add(EachKey.text(row.get(0)).substring(1)); // there is no null among them
        times.add(at.get(i) == null ? "" : at.get(i));
        values.add(all.get(i) == null || all.get(i).isNaN() ? "" : all.get(i).toString());
      }
    }
    var columns = new LinkedHashMap<String, List<String>>();
    if (!ordered) {
      columns.put(TIME, times);
    }
    if (named) {
      columns.put(KEY, keys);
    }
    columns.put(VALUE, values);
    var series = Series.of(Table.of(name, columns));
    return ordered ? series.withoutTime() : series.time(TIME);
  }
}
