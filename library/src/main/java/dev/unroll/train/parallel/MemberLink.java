package dev.unroll.train.parallel;

import dev.unroll.model.loss.Score;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The connection with another member. Every length that it sends is known before or bounded, so
/// that no more memory is taken than a gradient needs.
///
/// Two messages, numbers as [DataOutputStream] writes them and the elements of gradients
/// little-endian:
///
/// - `NODE`, the step in 8 bytes and the number of nodes in 4; for each node its level in 4, place
///   in 8, loss in 8, count in 8 and right predictions in 8, then the elements of the receiver's
///   slice
/// - `SUMS`, the step in 8, then the elements of the sender's slice
final class MemberLink {
  private static final int NODE = 0x4e4f4445;
  private static final int SUMS = 0x53554d53;
  private static final int MOST_NODES = 4096;
  private static final int CHUNK = 1 << 16;
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final int member;
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final byte[] received = new byte[CHUNK];
  private final byte[] sent = new byte[CHUNK];
  private long arrived;

  /// @param member the number of the other one
  MemberLink(int member, Socket socket) throws IOException {
    this.member = member;
    this.socket = socket;
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), CHUNK));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), CHUNK));
  }

  int member() {
    return member;
  }

  void sendNodes(long step, List<PartSum> nodes, int from, int to) throws IOException {
    try {
      out.writeInt(NODE);
      out.writeLong(step);
      out.writeInt(nodes.size());
      for (var node : nodes) {
        out.writeInt(node.level());
        out.writeLong(node.place());
        out.writeDouble(node.score().loss());
        out.writeLong(node.score().count());
        out.writeLong(node.score().right());
        send(node.sum(), from, to);
      }
      out.flush();
    } catch (IOException e) {
      throw lost(step, e);
    }
  }

  List<PartSum> receiveNodes(long step, int length) throws IOException {
    try {
      require(NODE, step);
      arrived = System.nanoTime();
      int count = in.readInt();
      if (count < 0 || count > MOST_NODES) {
        throw wrong(step, count + " sums");
      }
      var nodes = new ArrayList<PartSum>();
      for (int i = 0; i < count; i++) {
        int level = in.readInt();
        long place = in.readLong();
        if (level < 0 || level > 30 || place < 0 || place > Integer.MAX_VALUE) {
          throw wrong(step, "the sum %d at level %d".formatted(place, level));
        }
        var score = new Score(in.readDouble(), in.readLong(), in.readLong());
        var sum = new float[length];
        receive(sum, 0, length);
        nodes.add(new PartSum(level, place, sum, score));
      }
      return nodes;
    } catch (EOFException | SocketTimeoutException e) {
      throw lost(step, e);
    }
  }

  /// When the last sums began to come, as [System#nanoTime] has it.
  long arrived() {
    return arrived;
  }

  void sendSlice(long step, float[] values, int from, int to) throws IOException {
    try {
      out.writeInt(SUMS);
      out.writeLong(step);
      send(values, from, to);
      out.flush();
    } catch (IOException e) {
      throw lost(step, e);
    }
  }

  void receiveSlice(long step, float[] into, int from, int to) throws IOException {
    try {
      require(SUMS, step);
      receive(into, from, to);
    } catch (EOFException | SocketTimeoutException e) {
      throw lost(step, e);
    }
  }

  private void require(int kind, long step) throws IOException {
    int found;
    try {
      found = in.readInt();
    } catch (IOException e) {
      throw lost(step, e);
    }
    long at = in.readLong();
    if (found != kind || at != step) {
      throw wrong(step, found == kind ? "step " + at : "something else");
    }
  }

  private void send(float[] values, int from, int to) throws IOException {
    for (int first = from; first < to; first += CHUNK / Float.BYTES) {
      int n = Math.min(to - first, CHUNK / Float.BYTES);
      for (int i = 0; i < n; i++) {
        FLOAT.set(sent, Float.BYTES * i, values[first + i]);
      }
      out.write(sent, 0, Float.BYTES * n);
    }
  }

  private void receive(float[] into, int from, int to) throws IOException {
    for (int first = from; first < to; first += CHUNK / Float.BYTES) {
      int n = Math.min(to - first, CHUNK / Float.BYTES);
      in.readFully(received, 0, Float.BYTES * n);
      for (int i = 0; i < n; i++) {
        into[first + i] = (float) FLOAT.get(received, Float.BYTES * i);
      }
    }
  }

  private IOException lost(long step, IOException e) {
    return new IOException(
        ("member %d at %s is lost in step %d (%s); start the job again, which goes "
            + "on from its last checkpoint").formatted(member, socket.getRemoteSocketAddress(),
                step,
                e instanceof SocketTimeoutException ? "no answer in time"
                    : String.valueOf(
                        e.getMessage() == null ? "its connection was closed" : e.getMessage())),
        e);
  }

  private IOException wrong(long step, String found) {
    return new IOException(("member %d at %s has sent %s, expected step %d; start all members with "
        + "the same settings and from the same checkpoint").formatted(member,
            socket.getRemoteSocketAddress(), found, step));
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed in any case.
    }
  }
}
