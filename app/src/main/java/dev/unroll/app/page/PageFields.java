package dev.unroll.app.page;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.HeatAxis;
import dev.unroll.app.page.panel.HeatMap;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Painted;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Parallel;
import dev.unroll.app.page.panel.Scatter;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// A page as JSON. Shared data, such as a heat map or the x values of curves, is in a list of its
/// own and referenced by its index. Numbers have six digits.
final class PageFields {
  private final IdentityHashMap<Heat, Integer> numbers = new IdentityHashMap<>();
  private final List<Object> heats = new ArrayList<>();

  SequencedMap<String, Object> of(Page page) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("title", page.title());
    fields.put("subtitle", page.subtitle());
    fields.put("colors", page.colors());
    fields.put("figures", page.figures().stream()
        .map(figure -> pair("label", figure.label(), "value", figure.value())).toList());
    fields.put("verdicts", page.verdicts().stream().map(PageFields::verdict).toList());
    fields.put("sections", page.sections().stream()
        .filter(section -> !section.panels().isEmpty()).map(this::section).toList());
    fields.put("heats", heats);
    return fields;
  }

  private static SequencedMap<String, Object> verdict(Verdict verdict) {
    var fields = pair("name", verdict.name(), "text", verdict.text());
    fields.put("tone", verdict.tone().name().toLowerCase(Locale.ROOT));
    return fields;
  }

  private SequencedMap<String, Object> section(Section section) {
    var fields = pair("title", section.title(), "paired", section.paired());
    fields.put("panels", section.panels().stream().map(this::panel).toList());
    return fields;
  }

  /// The name of its drawing function in the scripts of the page.
  private static String kind(Panel panel) {
    return switch (panel) {
      case Lines _ -> "lines";
      case HeatMap _ -> "heatmap";
      case Painted _ -> "painted";
      case Scatter _ -> "scatter";
      case Parallel _ -> "parallel";
      case InfluenceMap _ -> "influence";
      case TableElement _ -> "table";
      case Text _ -> "text";
    };
  }

  private SequencedMap<String, Object> panel(Panel panel) {
    var fields = pair("kind", kind(panel), "title", panel.caption().title());
    fields.put("read", panel.caption().read());
    var formula = panel.caption().formula();
    if (formula != null) {
      fields.put("formula", pair("text", formula.text(), "address", formula.address()));
    }
    switch (panel) {
      case Lines lines -> lines(fields, lines);
      case HeatMap map -> {
        fields.put("rowLabel", map.rowLabel());
        fields.put("columnLabels", map.columnLabels());
        if (map.down() != null && map.across() != null) {
          fields.put("down", places(map.down()));
          fields.put("across", places(map.across()));
        }
        fields.put("choices", choices(map.choices(), this::number));
      }
      case Painted painted -> {
        fields.put("tokens", painted.tokens());
        fields.put("choices", choices(painted.choices(), this::number));
      }
      case Scatter scatter -> {
        fields.put("x", scatter.x());
        fields.put("y", scatter.y());
        fields.put("choices", choices(scatter.choices(), PageFields::points));
      }
      case Parallel parallel -> {
        fields.put("scales", parallel.scales().stream()
            .map(scale -> pair("label", scale.label(), "log", scale.log())).toList());
        fields.put("paths", parallel.paths().stream().map(path -> {
          var line = pair("name", path.name(), "values", numbers(path.values()));
          line.put("strong", path.strong());
          return line;
        }).toList());
        fields.put("larger", parallel.larger());
      }
      case InfluenceMap influence -> {
        fields.put("tokens", influence.tokens());
        fields.put("targets", influence.targets());
        fields.put("heat", number(influence.heat()));
      }
      case TableElement table -> {
        fields.put("columns", table.columns());
        fields.put("rows", table.rows());
        fields.put("marked", table.marked());
      }
      case Text text -> fields.put("choices", choices(text.choices(), value -> value));
    }
    return fields;
  }

  private static void lines(SequencedMap<String, Object> fields, Lines lines) {
    var places = new LinkedHashMap<List<Double>, Integer>();
    fields.put("x", axis(lines.x()));
    fields.put("y", axis(lines.y()));
    fields.put("choices", choices(lines.choices(),
        all -> all.stream().map(series -> series(series, places)).toList()));
    fields.put("places", places.keySet().stream().map(PageFields::numbers).toList());
  }

  private static SequencedMap<String, Object> axis(Axis axis) {
    var fields = pair("label", axis.label(), "log", axis.log());
    fields.put("min", axis.min());
    fields.put("max", axis.max());
    fields.put("percent", axis.percent());
    fields.put("whole", axis.whole());
    return fields;
  }

  private static SequencedMap<String, Object> places(HeatAxis places) {
    var fields = pair("first", places.first(), "last", places.last());
    fields.put("label", places.label());
    return fields;
  }

  private static SequencedMap<String, Object> series(LineSeries series,
      Map<List<Double>, Integer> places) {
    var fields = pair("name", series.name(), "group", series.group());
    fields.put("x", places.computeIfAbsent(series.x(), _ -> places.size()));
    fields.put("values", numbers(series.values()));
    fields.put("marks", series.marks().stream().map(Mark::name)
        .map(name -> name.toLowerCase(Locale.ROOT)).sorted().toList());
    return fields;
  }

  private static List<Object> points(List<Scatter.Point> points) {
    return points.stream().<Object>map(
        point -> List.of(round(point.x()), round(point.y()), point.unit())).toList();
  }

  /// The index of a heat map in the list of all.
  private int number(Heat heat) {
    return numbers.computeIfAbsent(heat, _ -> {
      var fields = pair("rows", heat.rows(), "columns", heat.columns());
      fields.put("low", heat.range().low());
      fields.put("high", heat.range().high());
      fields.put("log", heat.range().log());
      fields.put("data", heat.data());
      heats.add(fields);
      return heats.size() - 1;
    });
  }

  private static <T> List<SequencedMap<String, Object>> choices(List<Choice<T>> choices,
      Function<T, Object> value) {
    return choices.stream()
        .map(choice -> pair("name", choice.name(), "value", value.apply(choice.value()))).toList();
  }

  private static List<Object> numbers(List<Double> values) {
    return values.stream().<Object>map(PageFields::round).toList();
  }

  /// Rounds to six digits, integers unchanged: no curve shows more, and pages stay small. Values
  /// that are not finite are unchanged and written as null.
  private static Number round(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return (long) value;
    }
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(6)).doubleValue()
        : value;
  }

  private static SequencedMap<String, Object> pair(String first, Object one,
      String second, Object two) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put(first, one);
    fields.put(second, two);
    return fields;
  }
}
