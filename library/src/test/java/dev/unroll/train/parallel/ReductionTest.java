package dev.unroll.train.parallel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Members that are connected by sockets end with the bits of one member alone, however many they
/// are.
class ReductionTest {
  private static final CounterRandom RANDOM = CounterRandom.of(31).stream("members");
  private static final byte[] KEY = "the key of this test".getBytes(
      US_ASCII);
  private static final int SHARDS = 8;

  /// A model with its data.
  enum Kind {
    CLASSIFIER {
      @Override
      Structure model() {
        return SequenceToVector.of(Inputs.features(3),
            RecurrentStack.of(Lstm.cell(), 5).variational(0.3, VariationalDropout.Masks.TIED)
                .dropout(0.2),
            Pooling.MEAN,
            Outputs.classes(4), 2);
      }

      @Override
      Batches train() {
        var examples = new ArrayList<Example>();
        for (int i = 0; i < 70; i++) {
          var x = new float[3 * (2 + i % 5)];
          RANDOM.uniforms(i, x, 0, x.length);
          examples.add(new Example(new Values.Features(x, 3), Values.Symbols.of(i % 4)));
        }
        return Batches.of(examples, 16, 3);
      }
    },
    LANGUAGE_MODEL {
      @Override
      Structure model() {
        return LanguageModel.of(7, Gru.cell(), 6);
      }

      @Override
      Batches train() {
        return Batches.text(symbols(900, 7), 8, 11);
      }
    },
    ENCODER_DECODER {
      @Override
      Structure model() {
        return EncoderDecoder.of(Inputs.symbols(5, 4), RecurrentStack.of(Gru.cell(), 6),
            RecurrentStack.of(Gru.cell(), 6), Outputs.symbols(5)).initialized();
      }

      @Override
      Batches train() {
        var examples = new ArrayList<Example>();
        for (int i = 0; i < 48; i++) {
          var symbols = symbols(2 + i % 6, 5);
          examples.add(new Example(new Values.Symbols(symbols), new Values.Symbols(symbols)));
        }
        return Batches.of(examples, 8, 3);
      }
    };

    abstract Structure model();

    abstract Batches train();
  }

  private static int[] symbols(int n, int of) {
    var symbols = new int[n];
    for (int i = 0; i < n; i++) {
      symbols[i] = (int) (of * RANDOM.uniform(n, i));
    }
    return symbols;
  }

  private static Recipe recipe() {
    return Recipe.of(2).learningRate(0.01).shards(SHARDS).accumulate(2);
  }

  private static float[] trained(Kind kind, @Nullable Reduction reduction, Path folder,
      boolean resume) throws IOException {
    var model = kind.model();
    try (var engine = Engine.of(1)) {
      var trainer = Trainer.of(model).recipe(recipe()).engine(engine).reduction(reduction)
          .folder(folder);
      var session = resume ? trainer.resume(kind.train(), null)
          : trainer.session(kind.train(), null);
      session.checkpointSteps(2);
      session.fit(TrainingListener.SILENT);
    }
    return model.parameters().values();
  }

  /// Runs members, each in a thread of its own.
  static <R> List<R> members(int count, MemberWork<R> work) throws Exception {
    var doors = new ArrayList<MemberDoor>();
    for (int i = 0; i < count; i++) {
      doors.add(new MemberDoor(InetAddress.getLoopbackAddress(), KEY, Duration.ofSeconds(20)));
    }
    var addresses = doors.stream().map(MemberDoor::address).toList();
    try (var threads = Executors.newFixedThreadPool(count)) {
      var running = new ArrayList<Future<R>>();
      for (int i = 0; i < count; i++) {
        int member = i;
        running.add(threads.submit(() -> {
          try (var door = doors.get(member); var reduction = door.join(addresses, member)) {
            return work.of(reduction);
          }
        }));
      }
      var results = new ArrayList<R>();
      for (var each : running) {
        results.add(each.get());
      }
      return results;
    }
  }

  interface MemberWork<R> {
    R of(Reduction reduction) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void anyNumberOfMembersEndsWithTheSameBits(Kind kind, @TempDir Path folder) throws Exception {
    var alone = Files.createDirectory(folder.resolve("alone"));
    var expected = trained(kind, null, alone, false);
    for (int count : new int[] {1, 2, 3, 4, 7}) {
      var together = Files.createDirectory(folder.resolve("members" + count));
      for (var values : members(count, r -> trained(kind, r, together, false))) {
        assertThat(values).as("%d members", count).containsExactly(expected);
      }
      for (var file : List.of("model.safetensors", "checkpoint.safetensors")) {
        assertThat(together.resolve(file)).hasSameBinaryContentAs(alone.resolve(file));
      }
    }
  }

  /// Two of three members end with a sentence when the third is lost; started again as two, they go
  /// on from the checkpoint and end with the bits of an uninterrupted run.
  @Test
  void aJobGoesOnAfterALostMember(@TempDir Path folder) throws Exception {
    var kind = Kind.LANGUAGE_MODEL;
    var alone = Files.createDirectory(folder.resolve("alone"));
    var expected = trained(kind, null, alone, false);
    var together = Files.createDirectory(folder.resolve("together"));
    var ends = members(3, reduction -> {
      var lost = reduction.member() == 2 ? new Lost(reduction, 3) : reduction;
      try {
        trained(kind, lost, together, false);
        return "no end";
      } catch (IOException e) {
        reduction.close();
        return e.getMessage();
      }
    });
    assertThat(ends.get(0)).startsWith("member ").contains(" is lost in step ")
        .endsWith("start the job again, which goes on from its last checkpoint");
    assertThat(ends.get(1)).contains(" is lost in step ");
    for (var values : members(2, reduction -> trained(kind, reduction, together, true))) {
      assertThat(values).containsExactly(expected);
    }
    assertThat(together.resolve("checkpoint.safetensors"))
        .hasSameBinaryContentAs(alone.resolve("checkpoint.safetensors"));
  }

  /// A member that is lost in a step.
  record Lost(Reduction reduction, int[] left) implements Reduction {
    Lost(Reduction reduction, int steps) {
      this(reduction, new int[] {steps});
    }

    @Override
    public int member() {
      return reduction.member();
    }

    @Override
    public int members() {
      return reduction.members();
    }

    @Override
    public Score reduce(List<PartSum> own, float[] total)
        throws IOException {
      if (left[0]-- == 0) {
        close();
        throw new IOException("lost");
      }
      return reduction.reduce(own, total);
    }

    @Override
    public void gather(float[] values, int shards) throws IOException {
      reduction.gather(values, shards);
    }

    @Override
    public void collect(float[][] shards) throws IOException {
      reduction.collect(shards);
    }

    @Override
    public void close() throws IOException {
      reduction.close();
    }
  }

  @Test
  void whoDoesNotKnowTheKeyDoesNotComeIn() throws Exception {
    try (var door = new MemberDoor(InetAddress.getLoopbackAddress(), KEY, Duration.ofSeconds(2));
        var threads = Executors.newFixedThreadPool(2)) {
      Future<SocketReduction> joined =
          threads.submit(() -> door.join(List.of(door.address(), door.address()), 0));
      try (var stranger = new Socket()) {
        stranger.connect(door.address());
        stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(
            US_ASCII));
        assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      }
      try (var other = new MemberDoor(InetAddress.getLoopbackAddress(), new byte[16],
          Duration.ofSeconds(2))) {
        assertThatThrownBy(() -> other.join(List.of(door.address(), other.address()), 1))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("it does not know the key of the job");
      }
      assertThatThrownBy(joined::get).isInstanceOf(ExecutionException.class)
          .hasMessageContaining("of 2 members 1 did not connect within 2 s");
    }
  }

  /// As for TLS: the member that is connected to takes the one factory, the other one the other.
  @Test
  void socketsAreThoseOfTheFactories() throws Exception {
    var doors = new AtomicInteger();
    var sockets = new AtomicInteger();
    var made = new ArrayList<MemberDoor>();
    for (int i = 0; i < 2; i++) {
      made.add(new MemberDoor(InetAddress.getLoopbackAddress(), KEY, Duration.ofSeconds(20),
          new CountedDoors(doors), new CountedSockets(sockets)));
    }
    assertThat(doors).hasValue(2);
    var addresses = made.stream().map(MemberDoor::address).toList();
    try (var threads = Executors.newFixedThreadPool(2)) {
      var first = threads.submit(() -> made.get(0).join(addresses, 0));
      var second = threads.submit(() -> made.get(1).join(addresses, 1));
      first.get().close();
      second.get().close();
    }
    assertThat(sockets).hasValue(1);
    for (var door : made) {
      door.close();
    }
  }

  private static final class CountedDoors extends ServerSocketFactory {
    private final AtomicInteger count;

    CountedDoors(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
      count.incrementAndGet();
      return new ServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class CountedSockets extends SocketFactory {
    private final AtomicInteger count;

    CountedSockets(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public Socket createSocket() {
      count.incrementAndGet();
      return new Socket();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void membersAtDifferentStepsAreTold() throws Exception {
    var ends = members(2, reduction -> {
      var own = List.of(new PartSum(0, reduction.member(), new float[5],
          new Score(1, 1, 0)));
      try {
        if (reduction.member() == 0) {
          reduction.gather(new float[4], 2);
        }
        reduction.reduce(own, new float[5]);
        return "no end";
      } catch (IOException e) {
        return e.getMessage();
      }
    });
    assertThat(ends).anySatisfy(end -> assertThat(end)
        .contains("start all members with the same settings and from the same checkpoint"));
  }

  @Test
  void aPartThatNobodyComputesIsTold() throws Exception {
    var ends = members(2, reduction -> {
      var own = List.of(new PartSum(0, 2L * reduction.member(), new float[5],
          new Score(1, 1, 0)));
      try {
        reduction.reduce(own, new float[5]);
        return "no end";
      } catch (IOException e) {
        return e.getMessage();
      }
    });
    assertThat(ends.getFirst()).isEqualTo("in step 1 the parts 1 to 2 were computed by no member or"
        + " by two; start all members with the same settings");
  }

  @Test
  void moreMembersThanShardsAreRefused() throws Exception {
    members(2, reduction -> {
      assertThatThrownBy(() -> Trainer.of(Kind.CLASSIFIER.model()).recipe(Recipe.of(1))
          .engine(Engine.of(1)).reduction(reduction).session(Kind.CLASSIFIER.train(), null))
          .hasMessageStartingWith("2 members share 1 shards");
      return 0;
    });
  }
}
