package dev.unroll.train.parallel;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// The port at which the other members of a job connect to this one. Only those that know the key
/// of the job are admitted.
public final class MemberDoor implements Closeable {
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  private final ServerSocket server;
  private final MemberKey key;
  private final Duration patience;
  private final SocketFactory sockets;

  /// Opens a free port.
  ///
  /// @param address of this machine, as the others reach it
  /// @param key random, the same for all members and no others: at least 16 bytes
  /// @param patience how long a member is waited for, to connect and in a step
  /// @throws IOException if there is no free port at the address
  public MemberDoor(InetAddress address, byte[] key, Duration patience) throws IOException {
    this(address, key, patience, ServerSocketFactory.getDefault(), SocketFactory.getDefault());
  }

  /// Opens a free port with other sockets than the plain ones, such as those of TLS.
  ///
  /// @param address of this machine, as the others reach it
  /// @param key random, the same for all members and no others: at least 16 bytes
  /// @param patience how long a member is waited for, to connect and in a step
  /// @param doors makes the socket that the others connect to
  /// @param sockets makes those by which this one connects to the others
  /// @throws IOException if there is no free port at the address
  public MemberDoor(InetAddress address, byte[] key, Duration patience, ServerSocketFactory doors,
      SocketFactory sockets) throws IOException {
    this.key = new MemberKey(key);
    this.patience = patience;
    this.sockets = sockets;
    server = doors.createServerSocket();
    server.bind(new InetSocketAddress(address, 0));
  }

  /// Where the others connect to.
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /// Connects all members with each other: each calls this with the same list.
  ///
  /// @param members the addresses of all, in the order of their numbers
  /// @param member the number of this one
  /// @throws IOException if one does not come in time, or does not know the key
  public SocketReduction join(List<InetSocketAddress> members, int member) throws IOException {
    var links = new @Nullable MemberLink[members.size()];
    try {
      for (int other = 0; other < member; other++) {
        links[other] = connected(members.get(other), other, member);
      }
      long end = System.nanoTime() + patience.toNanos();
      for (int missing = members.size() - 1 - member; missing > 0;) {
        var link = accepted(end, member, members.size(), links);
        if (link != null) {
          links[link.member()] = link;
          missing--;
        }
      }
      return new SocketReduction(member, members.size(), present(links));
    } catch (IOException e) {
      present(links).forEach(MemberLink::close);
      throw e;
    }
  }

  private static List<MemberLink> present(@Nullable MemberLink[] links) {
    var present = new ArrayList<MemberLink>();
    for (var link : links) {
      if (link != null) {
        present.add(link);
      }
    }
    return present;
  }

  private MemberLink connected(InetSocketAddress address, int other, int member)
      throws IOException {
    var socket = sockets.createSocket();
    try {
      socket.connect(address, Math.toIntExact(patience.toMillis()));
      prepare(socket);
      key.introduce(socket, member, other);
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      return new MemberLink(other, socket);
    } catch (IOException e) {
      socket.close();
      throw new IOException("member %d at %s cannot be reached: %s".formatted(other, address,
          e.getMessage()), e);
    }
  }

  /// The next one that knows the key; null for one that does not, who is sent away.
  private @Nullable MemberLink accepted(long end, int member, int members,
      @Nullable MemberLink[] links) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw missing(member, links);
    }
    server.setSoTimeout(Math.toIntExact(Math.max(1, left)));
    Socket socket;
    try {
      socket = server.accept();
    } catch (SocketTimeoutException e) {
      throw missing(member, links);
    }
    try {
      prepare(socket);
      int other = key.admit(socket, member);
      if (other <= member || other >= members || links[other] != null) {
        throw new IOException("it says it is member " + other);
      }
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      return new MemberLink(other, socket);
    } catch (IOException e) {
      socket.close();
      return null;
    }
  }

  private IOException missing(int member, @Nullable MemberLink[] links) {
    var names = new StringBuilder();
    for (int i = member + 1; i < links.length; i++) {
      names.append(links[i] == null ? (names.isEmpty() ? "" : ", ") + i : "");
    }
    return new IOException("of %d members %s did not connect within %d s".formatted(links.length,
        names, patience.toSeconds()));
  }

  private static void prepare(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(HANDSHAKE.toMillis()));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
