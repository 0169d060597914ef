package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may ask the studio what.
@ExtendWith(TrainedStudio.Parameter.class)
class StudioGuardTest {
  private static final int HEAVIEST = 500_000;

  private final Path folder;
  private final RawHttp http;

  StudioGuardTest(TrainedStudio studio) {
    this.folder = studio.folder();
    this.http = studio.http();
  }

  @Test
  void thePageAndItsFilesAreLightAndAskNobodyElse() throws IOException {
    var page = http.get("/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.head()).contains("script-src 'self'").contains("default-src 'none'")
        .contains("nosniff").doesNotContain("unsafe");
    int weight = page.body().length();
    var files = Pattern.compile("(?:src|href)=\"(/files/[^\"]+)\"").matcher(page.body()).results()
        .map(match -> match.group(1)).collect(Collectors.toList());
    var imported = Pattern.compile("from \"\\./([^\"]+)\"");
    for (int i = 0; i < files.size(); i++) {
      var file = http.get(files.get(i));
      assertThat(file.status()).as(files.get(i)).isEqualTo(200);
      weight += file.body().getBytes(UTF_8).length;
      imported.matcher(file.body()).results().map(match -> "/files/" + match.group(1))
          .filter(name -> !files.contains(name)).forEach(files::add);
    }
    assertThat(files).hasSizeGreaterThan(30).contains("/files/words-zh.js");
    assertThat(weight).isLessThanOrEqualTo(HEAVIEST);
  }

  @Test
  void anotherHostIsRefused() throws IOException {
    assertThat(http.get("/", "Host: evil.example:" + http.port()).status()).isEqualTo(403);
    assertThat(http.get("/", "Host: 127.0.0.1:1").status()).isEqualTo(403);
    assertThat(http.get("/api/runs", "Host: localhost:" + http.port()).status()).isEqualTo(200);
  }

  @Test
  void anotherPageIsRefused() throws IOException {
    assertThat(http.get("/api/runs", "Origin: https://evil.example").status()).isEqualTo(403);
    assertThat(http.get("/api/runs", "Origin: null").status()).isEqualTo(403);
    assertThat(http.get("/api/runs", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
    assertThat(http.get("/api/runs", "Origin: http://127.0.0.1:" + http.port(),
        "Sec-Fetch-Site: same-origin").status()).isEqualTo(200);
  }

  @Test
  void nothingIsDoneWithoutTheToken() throws IOException {
    for (var header : List.of("X-Unroll-Token: 0", "Accept: */*")) {
      assertThat(http.send("POST", "/api/runs/one/stop", "{}", header).status()).isEqualTo(403);
      assertThat(http.send("DELETE", "/api/runs/one", "", header).status()).isEqualTo(403);
    }
    assertThat(folder.resolve("runs/one/control.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/runs/..", "/api/runs/..%2f..%2fsecret.txt", "/api/runs/no%20run",
    "/files/..%2f..%2fsecret.txt", "/files/%2e%2e/secret.txt", "/api/runs/../secret.txt",
    "/api/runs/one%2flog.jsonl/report", "/secret.txt", "/api/runs/%00/report"})
  void noPathLeadsOut(String path) throws IOException {
    var reply = http.get(path);
    assertThat(reply.status()).isBetween(400, 404);
    assertThat(reply.body()).doesNotContain("secret\n").isNotEqualTo("secret");
  }
}
