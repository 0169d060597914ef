package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that a page of another site has made a browser send.
class OtherSiteTest {
  @TempDir
  private static Path folder;

  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    server = Running.of(Running.models(folder));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  /// A page of another site, and a name that was made to resolve to this machine.
  @ParameterizedTest
  @CsvSource({"Host: evil.example, Host", "Host: localhost|Origin: http://evil.example, Origin",
    "Host: localhost|Origin: null, Origin", "Host: localhost|Sec-Fetch-Site: cross-site, Origin"})
  void otherSitesAreRefused(String headers, String what) throws IOException {
    var answer =
        RawHttp.exchange(server.port(), ("GET /v2 HTTP/1.1\r\n" + headers.replace("|", "\r\n")
            + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
    assertThat(answer).startsWith("HTTP/1.1 403").contains(what);
  }

  @Test
  void thisMachineIsNotAnotherSite() throws IOException {
    var port = server.port();
    for (var headers : List.of("Host: localhost:" + port, "Host: [::1]:" + port,
        "Host: 127.0.0.1|Origin: http://127.0.0.1", "Host: LOCALHOST|Sec-Fetch-Site: none")) {
      var answer =
          RawHttp.exchange(server.port(), ("GET /v2 HTTP/1.1\r\n" + headers.replace("|", "\r\n")
              + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
      assertThat(answer).as(headers).startsWith("HTTP/1.1 200");
    }
  }
}
