package dev.unroll.flink.example;

import dev.unroll.cell.Gru;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.flink.BatchedScoring;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.stream.Features;
import dev.unroll.stream.StreamModel;
import dev.unroll.stream.SurpriseThreshold;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/// Which visitors of a shop click as nobody does? A network has learned from visits which page
/// comes next; pages that surprise it raise an alarm. Every tenth visitor is a robot that calls
/// pages in any order. Flink runs in this JVM: `examples/run NextClick`.
public final class NextClick {
  private static final int CLICKS = 30;
  private static final Map<String, List<String>> LINKS = Map.of(
      "home", List.of("search", "offers"), "search", List.of("item", "item", "search"),
      "offers", List.of("item"), "item", List.of("search", "basket", "item"),
      "basket", List.of("pay", "search"), "pay", List.of("home"));

  private NextClick() {}

  /// A page that a visitor called.
  public record Click(int visitor, String page) {}

  static void main() throws Exception {
    var alarms = run(1_000, 2_000, 20);
    long robots = alarms.keySet().stream().filter(visitor -> visitor % 10 == 9).count();
    IO.println("3 or more alarms: %d robots of 100, %d people of 900".formatted(robots,
        alarms.size() - robots));
  }

  /// Learns from visits, watches visitors, and returns those with at least 3 alarms.
  static Map<Integer, Integer> run(int visitors, int visits, int epochs) throws Exception {
    var learned = IntStream.range(0, visits).mapToObj(i -> visit(-i, false)).toList();
    var tokens = Tokens.in(learned);
    var network = LanguageModel.parts(tokens, 8, RecurrentStack.of(Gru.cell(), 24), 1)
        .initialized();
    Trainer.of(network).recipe(Recipe.of(epochs).learningRate(0.01)).batch(64)
        .fit(learned.stream().map(visit -> example(tokens, visit)).toList());
    var surprise = StreamModel.of(network).surprise();
    var others = IntStream.range(1, 200).mapToObj(i -> visit(visitors + i, false)).toList();
    var model = surprise.surprise(SurpriseThreshold.of(surprise, others, 0.005));

    GeneratorFunction<Long, Click> clicks = i -> {
      int visitor = (int) (i % visitors);
      return new Click(visitor,
          visit(visitor, visitor % 10 == 9).get((int) (i / visitors)));
    };
    Features<Click> page = Features.token(Click::page);
    var environment = StreamExecutionEnvironment.getExecutionEnvironment();
    var stream = environment.fromSource(new DataGeneratorSource<>(clicks, (long) visitors * CLICKS,
        TypeInformation.of(Click.class)), WatermarkStrategy.noWatermarks(), "clicks")
        .setParallelism(1);
    var odd = BatchedScoring.of(model, page, (click, score) -> score.alarm() ? click.visitor() : -1)
        .apply(stream.keyBy(Click::visitor, Types.INT)).filter(visitor -> visitor >= 0);
    var counts = new TreeMap<Integer, Integer>();
    try (var all = odd.executeAndCollect("next click")) {
      all.forEachRemaining(visitor -> counts.merge(visitor, 1, Integer::sum));
    }
    counts.values().removeIf(alarms -> alarms < 3);
    return counts;
  }

  /// The pages of a visitor, always the same.
  private static List<String> visit(int visitor, boolean isRobot) {
    var random = new Random(31L * visitor);
    var pages = new ArrayList<>(List.of("home"));
    var all = List.copyOf(new TreeMap<>(LINKS).keySet());
    while (pages.size() < CLICKS) {
      var next = isRobot ? all : LINKS.get(pages.getLast());
      pages.add(next.get(random.nextInt(next.size())));
    }
    return pages;
  }

  private static Example example(Tokens tokens, List<String> visit) {
    var numbers = visit.stream().mapToInt(tokens::number).toArray();
    return new Example(Values.Symbols.of(java.util.Arrays.copyOf(numbers, CLICKS - 1)),
        Values.Symbols.of(java.util.Arrays.copyOfRange(numbers, 1, CLICKS)));
  }
}
