package dev.unroll.server.operation;

import dev.unroll.format.FormatException;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files of TLS, as PEM.
///
/// @param certificate that of the server, and those between it and the root
/// @param key its private key, PKCS #8
/// @param clients the certificates of who signs those of clients, which then need one; null if they
///     need none
public record TlsFiles(Path certificate, Path key, @Nullable Path clients) {
  private static final byte[] SIGNED = new byte[32];

  private static final Pattern KEY = Pattern.compile(
      "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /// Reads them.
  ///
  /// @throws IOException one sentence, if one cannot be read
  public Tls read() throws IOException {
    var chain = certificates(certificate);
    var secret = privateKey(key);
    if (!belong(secret, chain.getFirst().getPublicKey())) {
      throw new FormatException(("%s is not the private key of %s: what it signs, the %scertificate"
          + " does not confirm; give the key with which the certificate was made")
          .formatted(key, certificate, chain.size() > 1 ? "first " : ""));
    }
    var tls = Tls.builder().privateKey(secret).privateKeyCertChain(chain)
        .addEnabledProtocol("TLSv1.3").addEnabledProtocol("TLSv1.2");
    if (clients != null) {
      tls.trust(certificates(clients)).clientAuth(TlsClientAuth.REQUIRED);
    }
    return tls.build();
  }

  /// Whether the public key confirms what the private one signs.
  private static boolean belong(PrivateKey secret, PublicKey known) {
    if (!secret.getAlgorithm().equals(known.getAlgorithm())) {
      return false;
    }
    var algorithm = switch (secret.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "Ed25519";
    };
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(SIGNED);
      var signature = signing.sign();
      signing.initVerify(known);
      signing.update(SIGNED);
      return signing.verify(signature);
    } catch (GeneralSecurityException _) {
      return false; // as of a curve that the other key has not
    }
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      var found = CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file))).stream()
          .map(X509Certificate.class::cast).toList();
      if (found.isEmpty()) {
        throw new FormatException("%s has no certificate in it, expected PEM".formatted(file));
      }
      return found;
    } catch (CertificateException e) {
      throw new FormatException("%s holds no certificate that can be read, expected PEM: %s"
          .formatted(file, e.getMessage()), e);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    var found = KEY.matcher(Files.readString(file));
    if (!found.find()) {
      throw new FormatException(
          ("%s holds no private key that can be read, expected PEM that begins with BEGIN PRIVATE "
              + "KEY: openssl pkcs8 -topk8 -nodes -in %s").formatted(file, file));
    }
    try {
      var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
      for (var algorithm : List.of("RSA", "EC", "Ed25519")) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (GeneralSecurityException _) {
          // Of another algorithm.
        }
      }
    } catch (IllegalArgumentException _) {
      // No Base64.
    }
    throw new FormatException(
        "%s holds a private key that is neither RSA, EC nor Ed25519, or is damaged"
            .formatted(file));
  }
}
