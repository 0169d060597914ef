package dev.unroll.train.parallel;

import dev.unroll.model.loss.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Members on many machines, each connected with each other. The gradient is divided into slices,
/// one for each member: a member gets the sums of its slice from all, adds them in the order of the
/// tree, and sends the result to all. So a step moves `2 (M − 1) / M` gradients in and out of each
/// member, whatever M.
///
/// ```java
/// try (var door = new MemberDoor(address, key, Duration.ofMinutes(5))) {
///   // … tell the others door.address(), and learn theirs
///   try (var reduction = door.join(addresses, member)) {
///     Trainer.of(model).reduction(reduction) …
///   }
/// }
/// ```
///
/// Connections are opened by [MemberDoor]; they stay open until [#close].
public final class SocketReduction implements Reduction {
  private static final double SECOND = 1e9;
  private static final long BLOCKED = 1_000_000;

  private final int member;
  private final int members;
  private final List<MemberLink> others;
  private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();
  private final Lateness lateness;
  private final double[] late;
  private List<Straggler> stragglers = List.of();
  private long step;
  private long ended = System.nanoTime();

  /// @param others the connections with the others, in the order of their numbers
  SocketReduction(int member, int members, List<MemberLink> others) {
    this.member = member;
    this.members = members;
    this.others = others;
    lateness = new Lateness(members);
    late = new double[members];
  }

  @Override
  public int member() {
    return member;
  }

  @Override
  public int members() {
    return members;
  }

  private int begin(int member, int length) {
    return (int) ((long) member * length / members());
  }

  @Override
  public Score reduce(List<PartSum> own, float[] total) throws IOException {
    step++;
    long begun = System.nanoTime();
    var sending = new ArrayList<Future<?>>();
    for (var link : others) {
      int from = begin(link.member(), total.length);
      int to = begin(link.member() + 1, total.length);
      sending.add(writers.submit(() -> {
        link.sendNodes(step, own, from, to);
        return null;
      }));
    }
    int from = begin(member, total.length);
    int to = begin(member + 1, total.length);
    var nodes = new ArrayList<PartSum>();
    for (var node : own) {
      var slice = new float[to - from];
      System.arraycopy(node.sum(), from, slice, 0, slice.length);
      nodes.add(new PartSum(node.level(), node.place(), slice, node.score()));
    }
    for (var link : others) {
      long asked = System.nanoTime();
      nodes.addAll(link.receiveNodes(step, to - from));
      // Who did not have to be waited for may have come while this one waited for another.
      late[link.member()] =
          link.arrived() - asked < BLOCKED ? 0 : (link.arrived() - begun) / SECOND;
    }
    var sum = joined(nodes);
    System.arraycopy(sum.sum(), 0, total, from, to - from);
    for (var link : others) {
      // After the nodes: one writer at a time on a connection.
      var before = sending.get(position(link));
      sending.set(position(link), writers.submit(() -> {
        await(before);
        link.sendSlice(step, sum.sum(), 0, to - from);
        return null;
      }));
    }
    for (var link : others) {
      int first = begin(link.member(), total.length);
      link.receiveSlice(step, total, first, begin(link.member() + 1, total.length));
    }
    for (var each : sending) {
      await(each);
    }
    long now = System.nanoTime();
    stragglers = lateness.step((now - ended) / SECOND, late);
    ended = now;
    return sum.score();
  }

  @Override
  public List<Straggler> stragglers() {
    return stragglers;
  }

  @Override
  public void gather(float[] values, int shards) throws IOException {
    step++;
    int each = values.length / shards;
    int from = each * firstShard(member, shards);
    int to = each * firstShard(member + 1, shards);
    var sending = new ArrayList<Future<?>>();
    for (var link : others) {
      sending.add(writers.submit(() -> {
        link.sendSlice(step, values, from, to);
        return null;
      }));
    }
    for (var link : others) {
      link.receiveSlice(step, values, each * firstShard(link.member(), shards),
          each * firstShard(link.member() + 1, shards));
    }
    for (var sent : sending) {
      await(sent);
    }
  }

  @Override
  public void collect(float[][] shards) throws IOException {
    step++;
    for (var link : others) {
      if (member > 0 && link.member() > 0) {
        continue;
      }
      int from = firstShard(Math.max(member, link.member()), shards.length);
      int to = firstShard(Math.max(member, link.member()) + 1, shards.length);
      for (int shard = from; shard < to; shard++) {
        if (member == 0) {
          link.receiveSlice(step, shards[shard], 0, shards[shard].length);
        } else {
          link.sendSlice(step, shards[shard], 0, shards[shard].length);
        }
      }
    }
  }

  /// The place of another member among the others.
  private int position(MemberLink link) {
    return link.member() < member ? link.member() : link.member() - 1;
  }

  private PartSum joined(List<PartSum> nodes) throws IOException {
    nodes.sort(Comparator.comparingLong(PartSum::first));
    var stack = PartSum.stack();
    long next = 0;
    for (var node : nodes) {
      if (node.first() != next) {
        throw new IOException(
            ("in step %d the parts %d to %d were computed by no member or by two; "
                + "start all members with the same settings").formatted(step,
                    Math.min(next, node.first()), Math.max(next, node.first())));
      }
      next = node.end();
      PartSum.push(stack, node, SocketReduction::add);
    }
    if (stack.isEmpty()) {
      throw new IOException("in step %d no member has computed anything".formatted(step));
    }
    return PartSum.join(stack, SocketReduction::add);
  }

  private static void add(float[] to, float[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  private static void await(Future<?> sent) throws IOException {
    try {
      sent.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the training was interrupted while members exchanged gradients", e);
    }
  }

  /// Closes all connections: the others are told that this member is lost, if they go on.
  @Override
  public void close() {
    others.forEach(MemberLink::close);
    writers.shutdownNow();
  }
}
