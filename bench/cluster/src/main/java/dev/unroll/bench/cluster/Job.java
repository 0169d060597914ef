package dev.unroll.bench.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A job of members as processes of this machine.
///
/// @param members how many
/// @param network between them
record Job(int members, Network network) {

  /// How long the first member takes for the parts of a step, in seconds.
  ///
  /// @param compute of the gradients of its shards
  /// @param exchange of gradients, with waiting for the others
  /// @param update of the weights, with clipping
  /// @param small an exchange of next to nothing
  record Result(double compute, double exchange, double update, double small) {
    double step() {
      return compute + exchange + update;
    }
  }

  Result run(int steps) throws IOException {
    var processes = new ArrayList<Process>();
    try {
      for (int member = 0; member < members; member++) {
        processes.add(start(member, steps));
      }
      var outs = new ArrayList<BufferedReader>();
      var ports = new ArrayList<String>();
      for (var process : processes) {
        outs.add(process.inputReader());
        ports.add(line(outs.getLast()));
      }
      var all = ports.stream().collect(Collectors.joining(" ", "", "\n"));
      for (var process : processes) {
        try (var in = process.outputWriter()) {
          in.write(all);
        }
      }
      var results = new ArrayList<String>();
      for (var out : outs) {
        results.add(line(out));
      }
      var numbers = Arrays.stream(results.getFirst().split(" ")).mapToDouble(Double::parseDouble)
          .toArray();
      return new Result(numbers[0], numbers[1], numbers[2], numbers[3]);
    } finally {
      processes.forEach(Process::destroy);
    }
  }

  private static String line(BufferedReader out) throws IOException {
    var line = out.readLine();
    if (line == null) {
      throw new IOException("a member ended without a result; see above");
    }
    return line;
  }

  private Process start(int member, int steps) throws IOException {
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx640m",
        "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector", "-cp",
        System.getProperty("java.class.path"), Member.class.getName(), String.valueOf(member),
        String.valueOf(members), String.valueOf(steps), String.valueOf(network.bits()),
        String.valueOf(network.latency())));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
