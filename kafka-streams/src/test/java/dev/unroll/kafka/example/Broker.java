package dev.unroll.kafka.example;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A broker of Kafka itself in this JVM, with its controller (KRaft): the server that
/// `kafka-server-start.sh` starts, on free ports, with its log in a folder.
public final class Broker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final String address;

  private Broker(KafkaRaftServer server, String address) {
    this.server = server;
    this.address = address;
  }

  /// Formats the folder and starts a broker in it.
  public static Broker start(Path folder) throws Exception {
    var ports = freePorts(2);
    var address = "localhost:" + ports.get(0);
    var log = folder.resolve("log").toString();
    new Formatter().setNodeId(1).setClusterId(Uuid.randomUuid().toString())
        .addDirectory(log).setMetadataLogDirectory(log).setControllerListenerName("CONTROLLER")
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false)).run();
    var server = new KafkaRaftServer(new KafkaConfig(Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("listeners",
            "CLIENTS://%s,CONTROLLER://localhost:%d".formatted(address, ports.get(1))),
        Map.entry("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("inter.broker.listener.name", "CLIENTS"),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("controller.quorum.voters", "1@localhost:" + ports.get(1)),
        Map.entry("log.dirs", log),
        // One broker, and one partition where Kafka takes 50.
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.num.partitions", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        // Whoever is killed is missed soon.
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("group.min.session.timeout.ms", "500"),
        Map.entry("group.streams.min.session.timeout.ms", "500"),
        Map.entry("group.streams.session.timeout.ms", "1500"),
        Map.entry("group.streams.min.heartbeat.interval.ms", "100"),
        Map.entry("group.streams.heartbeat.interval.ms", "300"),
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
        Map.entry("auto.create.topics.enable", "false")), false), Time.SYSTEM);
    server.startup();
    return new Broker(server, address);
  }

  /// Ports that nobody listens on.
  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = Stream.generate(Broker::anySocket).limit(count).toList();
    var ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (var socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private static ServerSocket anySocket() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What clients take as `bootstrap.servers`.
  public String address() {
    return address;
  }

  /// Makes topics, each with as many partitions, and waits until these have a leader: a producer
  /// that is told that there is none may wait for two minutes.
  public void create(int partitions, String... topics)
      throws InterruptedException, ExecutionException {
    create(partitions, Map.of(), topics);
  }

  /// The same with a configuration.
  public void create(int partitions, Map<String, String> configuration, String... topics)
      throws InterruptedException, ExecutionException {
    try (var admin = Admin.create(Map.of("bootstrap.servers", address))) {
      admin.createTopics(
          Stream.of(topics).map(name -> new NewTopic(name, partitions, (short) 1)
              .configs(configuration)).toList())
          .all().get();
      var all = Stream.of(topics).flatMap(
          name -> IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(name, p)))
          .collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest()));
      for (int failed = 0;; failed++) {
        try {
          admin.listOffsets(all).all().get();
          return;
        } catch (ExecutionException e) {
          if (failed == 100) {
            throw e;
          }
          Thread.sleep(100); // the broker has not heard of them
        }
      }
    }
  }

  @Override
  public void close() {
    server.shutdown();
  }
}
