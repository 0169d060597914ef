package dev.unroll.bench.performance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/// Lines over two logarithmic axes, as SVG.
///
/// @param series points (x, y) by name, x rising; all above zero
record Chart(String title, String x, String y, SequencedMap<String, List<double[]>> series) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int LEFT = 70;
  private static final int RIGHT = 170;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;

  /// Told apart by the colour-blind as well (Okabe and Ito).
  private static final String[] COLOURS =
      {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};

  private static final double MARGIN = 1.15;

  /// About how wide a character of a label is.
  private static final double CHARACTER = 7;

  String svg() {
    var text = new StringBuilder();
    add(text, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        + "font-family=\"sans-serif\" font-size=\"12\">", WIDTH, HEIGHT);
    add(text, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>");
    add(text, "<text x=\"%d\" y=\"22\" font-size=\"14\" font-weight=\"bold\">%s</text>", LEFT,
        escape(title));
    axes(text);
    int number = 0;
    for (var line : series.entrySet()) {
      line(text, line, number++);
    }
    add(text, "</svg>");
    return text.toString();
  }

  private void axes(StringBuilder text) {
    double free = 0;
    for (double at : new TreeSet<>(values(0))) {
      add(text, "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#e5e5e5\"/>",
          px(at), TOP, HEIGHT - BOTTOM);
      // Where the label would touch the last one, the line has none.
      double half = CHARACTER * label(at).length() / 2;
      if (px(at) - half >= free) {
        add(text, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", px(at),
            HEIGHT - BOTTOM + 18, label(at));
        free = px(at) + half + CHARACTER;
      }
    }
    for (double at : ticks()) {
      add(text, "<line x1=\"%1$d\" x2=\"%2$d\" y1=\"%3$.1f\" y2=\"%3$.1f\" stroke=\"#e5e5e5\"/>"
          + "<text x=\"%4$d\" y=\"%5$.1f\" text-anchor=\"end\">%6$s</text>", LEFT, WIDTH - RIGHT,
          py(at), LEFT - 6, py(at) + 4, label(at));
    }
    add(text, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, escape(x));
    add(text, "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        (TOP + HEIGHT - BOTTOM) / 2, escape(y));
  }

  private void line(StringBuilder text, Map.Entry<String, List<double[]>> line, int number) {
    var colour = COLOURS[number % COLOURS.length];
    var path = new StringBuilder();
    for (var point : line.getValue()) {
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", px(point[0]), py(point[1])));
      add(text, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", px(point[0]),
          py(point[1]), colour);
    }
    add(text, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
        path.toString().strip(), colour);
    int at = TOP + 12 + 20 * number;
    add(text, "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>"
        + "<text x=\"%d\" y=\"%d\">%s</text>", WIDTH - RIGHT + 12, at - 6, colour,
        WIDTH - RIGHT + 32, at, escape(line.getKey()));
  }

  /// 1, 2 and 5 of each decade that is seen; the decades alone where that would be too many.
  private List<Double> ticks() {
    var all = new ArrayList<Double>();
    double low = least(1);
    double high = most(1);
    boolean few = high / low < 200;
    for (double decade = Math.pow(10, Math.floor(Math.log10(low))); decade <= high; decade *= 10) {
      for (double step : few ? new double[] {1, 2, 5} : new double[] {1}) {
        if (decade * step >= low && decade * step <= high) {
          all.add(decade * step);
        }
      }
    }
    return all;
  }

  private double px(double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * place(value, 0);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * place(value, 1);
  }

  private double place(double value, int axis) {
    return Math.log(value / least(axis)) / Math.log(most(axis) / least(axis));
  }

  private double least(int axis) {
    return values(axis).stream().mapToDouble(v -> v).min().orElse(1) / MARGIN;
  }

  private double most(int axis) {
    return values(axis).stream().mapToDouble(v -> v).max().orElse(10) * MARGIN;
  }

  private List<Double> values(int axis) {
    return series.values().stream().flatMap(List::stream).map(point -> point[axis]).toList();
  }

  private static String label(double value) {
    if (value >= 1 << 20 && value % (1 << 10) == 0) {
      return "%.0fM".formatted(value / (1 << 20));
    }
    if (value >= 1 << 14 && value % (1 << 10) == 0) {
      return "%.0fK".formatted(value / (1 << 10));
    }
    return value >= 1 ? "%.0f".formatted(value) : Double.toString(Math.round(value * 1e6) / 1e6);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static void add(StringBuilder text, String format, Object... args) {
    text.append(String.format(Locale.ROOT, format, args)).append('\n');
  }
}
