package dev.unroll.bench.cluster;

/// What a step of a member costs, from jobs with one and two members:
///
/// ```
/// step(M) = compute · 2 / M + update + hidden · exchange · b(M) / b(2)       on the processor
///           + 2 latency + 8 b(M) / bits                                      on the wire
/// b(M)    = 2 (M − 1) / M · 4 P                        bytes in and out of a member, P parameters
/// ```
///
/// Where members share cores, what is on the processor takes `M / cores` as long.
///
/// @param one measured with one member
/// @param two measured with two members on loopback
/// @param slow measured with two members on a network
/// @param network of that
/// @param parameters P
record CostModel(Job.Result one, Job.Result two, Job.Result slow, Network network,
    long parameters) {

  /// The bytes that a member sends in a step, and receives.
  double bytes(int members) {
    return 2.0 * (members - 1) / members * Float.BYTES * parameters;
  }

  /// The share of the processor's work for an exchange that is not done while bytes are on the
  /// wire.
  double visible() {
    return Math.clamp((slow.exchange() - wire(2, network)) / two.exchange(), 0, 1);
  }

  private double wire(int members, Network over) {
    return over.isSimulated() ? 2 * over.latency() + over.seconds(bytes(members)) : 0;
  }

  /// The seconds of an exchange.
  ///
  /// @param share how many members share a core
  private double exchange(int members, Network over, double share) {
    double work = two.exchange() * bytes(members) / bytes(2) * share;
    return over.isSimulated() ? visible() * work + wire(members, over) : work;
  }

  /// The seconds of a step of members on one machine, which divide a batch.
  double onOneMachine(int members, Network over, int cores) {
    if (members == 1) {
      return one.step();
    }
    double share = Math.max(1, (double) members / cores);
    return two.compute() * 2 / members * share + two.update() * share
        + exchange(members, over, share);
  }

  /// The seconds of an exchange of many machines, with the work of a message to each of the others.
  double exchange(int machines, Network over) {
    return exchange(machines, over, 1) + (machines - 1) * two.small();
  }

  /// The seconds of a step of machines of which each has a batch of its own, and no more than one
  /// member.
  ///
  /// @param times how much faster than this one's core they compute
  /// @param every the steps from one exchange to the next; for local steps each comes with an outer
  ///     step, which costs about two updates
  double onMachines(int machines, Network over, double times, int every) {
    double own = alone(times);
    double outer = every == 1 ? 0 : 2 * one.update() / times;
    return own + (exchange(machines, over) + outer) / every;
  }

  /// The seconds of a step that nobody waits for.
  double alone(double times) {
    return (one.compute() + one.update()) / times;
  }
}
