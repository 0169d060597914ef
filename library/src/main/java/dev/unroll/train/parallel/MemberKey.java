package dev.unroll.train.parallel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The key of a job. Both sides of a connection prove that they know it without sending it: each
/// answers a random challenge of the other with `HMAC-SHA256(key, role, both challenges, both
/// numbers)`.
final class MemberKey {
  private static final int LEAST = 16;
  private static final int CHALLENGE = 32;
  private static final int ANSWER = 32;
  private static final int MAGIC = 0x554e5250;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  MemberKey(byte[] key) {
    if (key.length < LEAST) {
      throw new IllegalArgumentException(
          "the key of the job has %d bytes, expected at least %d".formatted(key.length, LEAST));
    }
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /// The side that connects.
  void introduce(Socket socket, int member, int other) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    var out = new DataOutputStream(socket.getOutputStream());
    var mine = challenge();
    out.writeInt(MAGIC);
    out.writeInt(member);
    out.write(mine);
    out.flush();
    var theirs = in.readNBytes(CHALLENGE);
    var proof = in.readNBytes(ANSWER);
    if (!MessageDigest.isEqual(proof, answer("door", mine, theirs, member, other))) {
      throw new IOException("it does not know the key of the job");
    }
    out.write(answer("guest", mine, theirs, member, other));
    out.flush();
  }

  /// The side that is connected to.
  ///
  /// @return the number of the other
  int admit(Socket socket, int member) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    var out = new DataOutputStream(socket.getOutputStream());
    if (in.readInt() != MAGIC) {
      throw new IOException("it is no member");
    }
    int other = in.readInt();
    var theirs = in.readNBytes(CHALLENGE);
    var mine = challenge();
    out.write(mine);
    out.write(answer("door", theirs, mine, other, member));
    out.flush();
    var proof = in.readNBytes(ANSWER);
    if (!MessageDigest.isEqual(proof, answer("guest", theirs, mine, other, member))) {
      throw new IOException("it does not know the key of the job");
    }
    return other;
  }

  private byte[] challenge() {
    var bytes = new byte[CHALLENGE];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] answer(String role, byte[] guest, byte[] door, int from, int to) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(("unroll " + role + " " + from + " " + to + " ").getBytes(US_ASCII));
      mac.update(guest);
      mac.update(door);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HmacSHA256", e);
    }
  }
}
