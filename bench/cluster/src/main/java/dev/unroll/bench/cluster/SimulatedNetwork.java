package dev.unroll.bench.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Sockets on which bytes travel as on a slower network: what a process sends leaves its one wire
/// byte after byte, and arrives a latency later. Reading is not slowed down, as every byte was.
final class SimulatedNetwork {
  private final Network network;
  private long free = System.nanoTime();

  SimulatedNetwork(Network network) {
    this.network = network;
  }

  /// When bytes that are sent now arrive, as [System#nanoTime] has it.
  private synchronized long arrival(int bytes) {
    free = Math.max(free, System.nanoTime()) + (long) (1e9 * network.seconds(bytes));
    return free + (long) (1e9 * network.latency());
  }

  ServerSocketFactory doors() {
    return new ServerSocketFactory() {
      @Override
      public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
          @Override
          public Socket accept() throws IOException {
            var socket = new SlowSocket();
            implAccept(socket);
            return socket;
          }
        };
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
    };
  }

  SocketFactory sockets() {
    return new SocketFactory() {
      @Override
      public Socket createSocket() {
        return new SlowSocket();
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
    };
  }

  private final class SlowSocket extends Socket {
    private @Nullable DelayedStream out;

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
      if (out == null) {
        out = new DelayedStream(super.getOutputStream(), SimulatedNetwork.this::arrival);
      }
      return out;
    }

    @Override
    public synchronized void close() throws IOException {
      if (out != null) {
        out.drain();
      }
      super.close();
    }
  }
}
