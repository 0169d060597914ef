package dev.unroll.bench.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batches;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.parallel.MemberDoor;
import dev.unroll.train.parallel.PartSum;
import dev.unroll.train.parallel.Reduction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// One member, in a process of its own: says where its door is, reads where those of all are, takes
/// steps, and says how long they took.
final class Member {
  static final int SYMBOLS = 65;
  static final int HIDDEN = 512;
  static final int BATCH = 64;
  static final int TIME = 64;
  static final int SHARDS = 8;

  private static final byte[] KEY = "the key of this bench".getBytes(US_ASCII);

  /// The shards of a member until its code is compiled.
  private static final int WARM_SHARDS = 14;
  private static final int SMALL_EXCHANGES = 400;

  private Member() {}

  static SequenceToSequence model() {
    return LanguageModel.parts(SYMBOLS, 64, RecurrentStack.of(Lstm.cell(), HIDDEN).layers(2), 1)
        .initialized();
  }

  /// Takes part.
  ///
  /// @param words the number of this member, that of all, the steps to be measured, and of the
  ///     network the bits a second and the seconds of latency
  public static void main(String... words) throws IOException {
    int member = Integer.parseInt(words[0]);
    int members = Integer.parseInt(words[1]);
    int steps = Integer.parseInt(words[2]);
    var network = new Network(Double.parseDouble(words[3]), Double.parseDouble(words[4]));
    var host = InetAddress.getLoopbackAddress();
    var patience = Duration.ofMinutes(2);
    var simulated = new SimulatedNetwork(network);
    try (var door = network.isSimulated()
        ? new MemberDoor(host, KEY, patience, simulated.doors(), simulated.sockets())
        : new MemberDoor(host, KEY, patience)) {
      System.out.println(door.address().getPort());
      var in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
      var addresses = Arrays.stream(String.valueOf(in.readLine()).split(" "))
          .map(port -> new InetSocketAddress(host, Integer.parseInt(port))).toList();
      try (var reduction = new TimedReduction(door.join(addresses, member))) {
        var times = trained(reduction, steps);
        System.out.printf(Locale.ROOT, "%s %s %s %s%n", median(times, t -> t.compute),
            median(times, t -> t.exchange), median(times, t -> t.update),
            smallExchange(reduction, members));
      }
    }
  }

  /// The parts of a step, in seconds.
  private record Times(double compute, double exchange, double update) {}

  private static double median(List<Times> times, ToDoubleFunction<Times> part) {
    var sorted = times.stream().mapToDouble(part).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static List<Times> trained(TimedReduction reduction, int steps) throws IOException {
    int warm = 2 + WARM_SHARDS * reduction.members() / SHARDS;
    var random = CounterRandom.of(5);
    var text = new int[BATCH * TIME * (warm + steps + 2)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (int) (SYMBOLS * random.uniform(1, i));
    }
    var times = new ArrayList<Times>();
    try (var engine = Engine.of(1)) {
      var session = Trainer.of(model()).recipe(Recipe.of(1).shards(SHARDS)).engine(engine)
          .reduction(reduction).session(Batches.text(text, BATCH, TIME), null);
      session.fit(new TrainingListener() {
        private long before;

        @Override
        public void step(Step step) {
          long now = System.nanoTime();
          if (step.step() >= warm) {
            times.add(new Times((reduction.begun() - before) / 1e9,
                (reduction.ended() - reduction.begun()) / 1e9, (now - reduction.ended()) / 1e9));
          }
          if (step.step() + 1 == warm + steps) {
            session.stop();
          }
          before = System.nanoTime();
        }
      });
    }
    return times;
  }

  /// The seconds of an exchange of next to nothing.
  private static double smallExchange(Reduction reduction, int members) throws IOException {
    var seconds = new double[SMALL_EXCHANGES];
    for (int i = 0; i < seconds.length; i++) {
      long begin = System.nanoTime();
      reduction.reduce(List.of(new PartSum(0, reduction.member(), new float[members],
          new Score(1, 1, 0))), new float[members]);
      seconds[i] = (System.nanoTime() - begin) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[seconds.length / 2];
  }
}
