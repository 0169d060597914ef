package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.Engine;
import dev.unroll.app.Commands;
import dev.unroll.app.command.XraySubject;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.studio.runs.RunList;
import dev.unroll.app.xray.Examination;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.kernel.bytecode.Origin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server of the studio, asked as its page asks and as others might.
class StudioTest {
  private static final int HEAVIEST = 500_000;

  @TempDir
  private static Path folder;

  private static Commands commands;
  private static StudioServer server;
  private static RawHttp http;

  @BeforeAll
  static void trainAndStart() throws IOException {
    commands = new Commands(folder);
    commands.text("words.txt", 75);
    var text = Path.of("words.txt"); // as it is given again by who resumes it elsewhere
    commands.said(Commands.train(text, "runs/one", "--epochs", "2"));
    commands.said(Commands.train(text, "runs/two", "--epochs", "1", "--lr", "0.02"));
    var rows = new StringBuilder("text,label\n");
    for (int i = 0; i < 24; i++) {
      rows.append(
          i % 2 == 0 ? "good day %d,up%n".formatted(i) : "bad night %d,down%n".formatted(i));
    }
    Files.writeString(folder.resolve("moods.csv"), rows);
    train("classify", "moods.csv", "moods");
    var wave = new StringBuilder("value\n");
    var pairs = new StringBuilder("source\ttarget\n");
    var words = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      wave.append(20 + 5 * Math.sin(2 * Math.PI * i / 12) + i % 5).append('\n');
    }
    for (int i = 0; i < 24; i++) {
      pairs.append("%d\t%d%n".formatted(10 + i, 7 * (10 + i)));
      words.append("{\"tokens\":[\"it%d\",\"was\"],\"tags\":[\"N\",\"V\"]}%n".formatted(i));
    }
    Files.writeString(folder.resolve("wave.csv"), wave);
    Files.writeString(folder.resolve("pairs.tsv"), pairs);
    Files.writeString(folder.resolve("words.jsonl"), words);
    train("forecast", "wave.csv", "wave", "--horizon", "6", "--time", "none");
    train("transduce", "pairs.tsv", "sevens");
    train("tag", "words.jsonl", "tags");
    Files.createDirectories(folder.resolve("runs/no run"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    server = StudioServer.start(new RunList(folder.resolve("runs")), terminal(), 0);
    http = RawHttp.of(server.address());
  }

  private static void train(String task, String data, String run, String... more) {
    var args = new ArrayList<>(List.of("train", task, data, "--out", "runs/" + run, "--epochs", "2",
        "--threads", "1", "--set", "hidden=8", "--quiet"));
    args.addAll(List.of(more));
    commands.said(args);
  }

  /// The runs stay in `target/page`, with what starts a studio of them, for the browser.
  @AfterAll
  static void stop() throws IOException {
    server.close();
    var left = Path.of("target/page/studio");
    for (var run : List.of("one", "two", "moods", "wave", "sevens", "tags", "live")) {
      copy(folder.resolve("runs").resolve(run), left.resolve("runs").resolve(run));
    }
    for (var data : List.of("words.txt", "moods.csv", "wave.csv")) {
      Files.copy(folder.resolve(data), left.resolve(data), StandardCopyOption.REPLACE_EXISTING);
    }
    var empty = Files.createDirectories(left.resolve("runs/empty")); // as a full disk leaves one
    Files.writeString(empty.resolve("log.jsonl"), "");
    Files.writeString(empty.resolve("model.safetensors"), "");
    var start = new LinkedHashMap<String, Object>();
    start.put("java", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    start.put("classPath", System.getProperty("java.class.path"));
    Files.writeString(left.resolve("start.json"), Json.write(start));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.newDirectoryStream(from, Files::isRegularFile)) {
      for (var file : files) {
        var copied = to.resolve(file.getFileName());
        Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
        if (file.endsWith(StoredCommand.FILE)) { // says in which folder it was given
          Files.writeString(copied, Files.readString(copied).replace(folder.toString(),
              to.getParent().getParent().toAbsolutePath().toString()));
        }
      }
    }
  }

  private static Terminal terminal() {
    return new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(new StringWriter()),
        new PrintWriter(new StringWriter()), folder, false);
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

  @Test
  void theRunsAreListed() throws Exception {
    var runs = http.get("/api/runs").json().objects("runs");
    while (runs.toString().contains("reading")) {
      Thread.sleep(20);
      runs = http.get("/api/runs").json().objects("runs");
    }
    assertThat(runs).extracting(run -> run.string("name"))
        .contains("one", "two", "moods", "wave", "sevens", "tags").doesNotContain("no run");
    for (var run : runs) {
      if (!run.string("name").equals("live")) {
        assertThat(run.string("state")).isEqualTo("ended");
        assertThat(run.list("spark")).isNotEmpty();
      }
      if (run.string("name").equals("moods")) {
        assertThat(run.string("task")).isEqualTo("classify");
      }
    }
  }

  @Test
  void aRunHasWhatItsLogHas() throws IOException {
    var log = JsonLines.read(folder.resolve("runs/one/log.jsonl"));
    var steps = log.stream().filter(line -> line.has("loss")).toList();
    var run = http.get("/api/runs/one").json();
    var curves = run.object("curves");
    assertThat(curves.longs("step")).hasSize(steps.size()).endsWith((long) steps.size());
    for (int i = 0; i < steps.size(); i++) {
      assertThat(curves.numbers("loss").get(i)).isCloseTo(steps.get(i).number("loss"),
          withPercentage(0.01));
    }
    assertThat(curves.object("updates").object("ratios").numbers("layer0.Uf")).hasSameSizeAs(steps);
    assertThat(run.object("settings").string("cell")).isEqualTo("lstm");
    assertThat(run.objects("epochLines")).hasSize(2);
    var look = run.objects("looks").getLast();
    assertThat(look.object("lags").numbers("layer0 · h").getFirst()).isEqualTo(1);
    assertThat(look.object("gates").numbers("layer0 · f")).hasSize(3)
        .allMatch(share -> share >= 0 && share <= 1);
    assertThat(http.get("/api/runs/one?version=" + run.integer("version")).body())
        .as("nothing new").isEqualTo("null");
    assertThat(http.get("/api/runs/one/report").head())
        .contains("Content-Security-Policy: sandbox allow-scripts");
  }

  /// The tasks had no log at all.
  @Test
  void aTaskHasALogToo() throws IOException {
    var run = http.get("/api/runs/moods").json();
    assertThat(run.object("curves").longs("step")).isNotEmpty();
    assertThat(run.objects("epochLines")).hasSize(2);
    assertThat(run.object("settings").string("task")).isEqualTo("classify");
    assertThat(run.object("curves").object("updates").longs("places")).startsWith(0L);
    assertThat(run.object("settings").string("set")).isEqualTo("hidden=8");
  }

  @Test
  void aTrainingIsWatchedChangedStoppedAndGoesOn() throws Exception {
    var args = Commands.train(Path.of("words.txt"), "runs/live", "--epochs", "100000", "--patience",
        "100000");
    var training = new FutureTask<Commands.Result>((Callable<Commands.Result>) () -> commands
        .run(args));
    Thread.ofPlatform().start(training);
    await("live", "running");
    assertThat(http.post("/api/runs/live/rate", "{\"learningRate\":0}").status()).isEqualTo(400);
    assertThat(http.post("/api/runs/live/rate", "{\"learningRate\":0.0123}").status())
        .isEqualTo(200);
    while (http.get("/api/runs/live").json().objects("rates").isEmpty()) {
      Thread.sleep(20);
    }
    assertThat(http.post("/api/runs/live/stop", "{}").status()).isEqualTo(200);
    var result = training.get();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("learning rate 0.0123", "stopped after step");
    var run = http.get("/api/runs/live").json();
    assertThat(run.string("state")).isEqualTo("interrupted");
    assertThat(run.objects("rates").getFirst().number("learningRate")).isEqualTo(0.0123);
    assertThat(Safetensors.read(folder.resolve("runs/live/checkpoint.safetensors")).metadata()
        .get("unroll.checkpoint")).contains("\"learningRate\":0.0");
    assertThat(rateAfter(run.objects("rates").getFirst().longInteger("step")))
        .as("sent, told and used are one").isCloseTo(0.0123, withPercentage(1e-9));
    assertThat(http.post("/api/runs/live/stop", "{}").body()).contains("live is not being trained");
    assertThat(http.post("/api/runs/live/resume", "{}").status()).isEqualTo(200);
    assertThat(http.post("/api/runs/live/resume", "{}").status())
        .as("a second process of the same run").isEqualTo(400);
    long steps = run.longInteger("step");
    while (http.get("/api/runs/live").json().longInteger("step") <= steps) {
      assertThat(http.get("/api/runs/live").json().string("complaint")).isEmpty();
      Thread.sleep(50);
    }
    await("live", "running");
    http.post("/api/runs/live/stop", "{}");
    await("live", "interrupted");
  }

  /// The rate of a step of the run that is changed, by its log.
  private static double rateAfter(long step) throws IOException {
    for (var line : JsonLines.read(folder.resolve("runs/live/log.jsonl"))) {
      if (line.has("loss") && line.longInteger("step") == step + 1) {
        return line.number("learningRate");
      }
    }
    return Double.NaN;
  }

  private static void await(String run, String state) throws Exception {
    while (true) {
      var reply = http.get("/api/runs/" + run);
      if (reply.status() == 200 && reply.json().string("state").equals(state)) {
        return;
      }
      Thread.sleep(20);
    }
  }

  @Test
  void aModelWritesSymbolBySymbolWithItsStates() throws IOException {
    assertThat(http.get("/api/runs/one/play").json().string("kind")).isEqualTo("text");
    var body = "{\"prompt\":\"to be\",\"length\":20,\"temperature\":%s,\"topP\":1,\"seed\":3}";
    var lines = lines(http.post("/api/runs/one/write", body.formatted("0.8")));
    var states = lines.getFirst().objects("states");
    int size = 0;
    for (var part : states) {
      size += part.integer("size");
    }
    assertThat(size).as("h and c of two layers of 7").isEqualTo(28);
    assertThat(lines).hasSize(1 + 5 + 20);
    var written = new StringBuilder();
    for (var line : lines.subList(1, lines.size())) {
      written.append(line.string("text"));
      assertThat(Base64.getDecoder().decode(line.string("state"))).hasSize(28);
      assertThat(line.list("next")).hasSize(8);
    }
    var generated = commands.said(List.of("generate", "runs/one", "--prompt", "to be", "--length",
        "20", "--seed", "3", "--temperature", "0.8"));
    assertThat(written.toString()).as("the same as the command")
        .isEqualTo(generated.stripTrailing());
    assertThat(http.post("/api/runs/one/write", body.formatted("-1")).body())
        .contains("temperature");
  }

  private static List<JsonFields> lines(RawHttp.Reply reply) throws IOException {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    var lines = new ArrayList<JsonFields>();
    for (var line : reply.body().split("\n")) {
      lines.add(JsonFields.parse(line, "a line"));
    }
    return lines;
  }

  @Test
  void aClassifierSaysWhatCounted() throws IOException {
    var answer = http.post("/api/runs/moods/answer", "{\"text\":\"good day\"}").json();
    assertThat(answer.string("answer")).isIn("up", "down");
    assertThat(answer.list("choices")).hasSize(2);
    var panel = answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
    assertThat(panel.string("kind")).isEqualTo("influence");
    assertThat(answer.object("page").objects("heats").getFirst().bool("log"))
        .as("bars are in proportion").isFalse();
    assertThat(String.join("", panel.strings("tokens"))).isEqualTo("good day".replace(" ",
        panel.strings("tokens").size() == 2 ? "" : " "));
    assertThat(http.post("/api/runs/one/answer", "{\"text\":\"x\"}").status()).isEqualTo(400);
  }

  @Test
  void aForecastHasItsBandAnywhereInTheData() throws IOException {
    for (double from : new double[] {0, 0.5, 1}) {
      var answer =
          http.post("/api/runs/wave/forecast", "{\"from\":%s}".formatted(from)).json();
      var panel =
          answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
      var series = new JsonFields("choice", panel.objects("choices").getFirst().values())
          .objects("value");
      assertThat(series).hasSize(4);
      assertThat(series.get(1).strings("marks")).contains("band", "dashed");
      assertThat(series.get(1).numbers("values")).hasSize(6);
      assertThat(answer.integer("origin")).isBetween(1, 114);
    }
  }

  @Test
  void aTransducerShowsWhereItLooked() throws IOException {
    var answer = http.post("/api/runs/sevens/answer", "{\"text\":\"12\"}").json();
    assertThat(answer.list("choices")).isNotEmpty();
    assertThat(http.get("/api/runs/sevens/play").json().string("kind")).isEqualTo("transduce");
    if (!answer.string("answer").isEmpty()) {
      var panel =
          answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
      assertThat(panel.strings("tokens")).containsExactly("1", "2");
    }
  }

  @Test
  void aTaggerTagsWords() throws IOException {
    var answer = http.post("/api/runs/tags/answer", "{\"text\":\"it3 was\"}").json();
    assertThat(answer.list("tags")).hasSize(2);
  }

  @Test
  void aModelIsLookedInside() throws IOException {
    var page = lines(http.post("/api/runs/one/xray", "{\"time\":40,\"example\":0}")).getLast();
    var kinds = new ArrayList<String>();
    for (var section : page.objects("sections")) {
      for (var panel : section.objects("panels")) {
        kinds.add(panel.string("kind"));
      }
    }
    assertThat(kinds).contains("lines", "painted", "influence", "heatmap");
    assertThat(http.post("/api/runs/one/xray", "{").status()).isEqualTo(400);
  }

  /// 10^12 steps were 2,000 without a word.
  @Test
  void aLimitIsTold() throws IOException {
    var reply = http.post("/api/runs/one/xray", "{\"time\":1000000000000,\"example\":0}");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body()).contains("time is 1000000000000, expected 2 to 2000");
  }

  @Test
  void anXrayThatNobodyWaitsForEnds() throws IOException {
    var reading = new XraySubject(terminal(), "words.txt", 40, 0, 0)
        .read(folder.resolve("runs/one/model.safetensors"));
    try (var engine = Engine.of(1)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> Examination.page(engine, reading, List.of()))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /// Requests come from no file, but their faults ended with "the file is damaged".
  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{}", "{\"time\":\"x\",\"example\":0}"})
  void aFaultOfARequestIsOfTheRequest(String body) throws IOException {
    var reply = http.post("/api/runs/one/xray", body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("the request").doesNotContain("the file");
  }

  @Test
  void aVersionIsANumber() throws IOException {
    assertThat(http.get("/api/runs/one?version=abc").json().string("error"))
        .isEqualTo("version is 'abc', expected a whole number");
  }

  /// The first line of each process was a warning of its JVM.
  @Test
  void whatAProcessSaysIsShownWithoutItsJvm() {
    assertThat(Activities.shown("""
        WARNING: Using incubator modules: jdk.incubator.vector
        unroll: the checkpoint is damaged
        """)).isEqualTo("unroll: the checkpoint is damaged");
  }

  @Test
  void gradientsFollowTheSliders() throws IOException {
    var small = http.get("/api/learn/profiles?radius=0.8&bias=0").json();
    // A linear network with U = 0.8 times an orthogonal matrix.
    assertThat(small.numbers("linear").get(10)).isCloseTo(Math.pow(0.8, 10),
        withPercentage(0.1));
    assertThat(small.numbers("tanh").get(30)).isLessThanOrEqualTo(small.numbers("bound").get(30));
    var large = http.get("/api/learn/profiles?radius=1.2&bias=4").json();
    assertThat(large.numbers("linear").get(10)).isCloseTo(Math.pow(1.2, 10),
        withPercentage(0.1));
    assertThat(large.numbers("lstm").getLast()).isGreaterThan(small.numbers("lstm").getLast());
    assertThat(http.get("/api/learn/profiles?radius=x&bias=0").status()).isEqualTo(400);
    assertThat(http.get("/api/learn/profiles?radius=99&bias=0").status()).isEqualTo(400);
  }

  @Test
  void aCliffThrowsOnlyWhatIsNotClipped() throws IOException {
    var paths = http.get("/api/learn/cliff?w=5.5&b=-2.6&rate=0.1&clip=1").json();
    // The numbers of docs/why-gradients-vanish.md: 0.0002 and the plateau at 0.09.
    assertThat(last(paths, "clipped")).isLessThan(3e-4);
    assertThat(last(paths, "plain")).isBetween(0.08, 0.1);
    assertThat(http.get("/api/learn/surface").json().objects("sections")).hasSize(1);
  }

  private static double last(JsonFields paths, String key) throws IOException {
    var point = (List<?>) paths.list(key).getLast();
    return ((Number) point.get(2)).doubleValue();
  }

  @Test
  void oneMaskStaysAndTheOtherIsNewAtEachStep() throws IOException {
    var masks = http.get("/api/learn/masks?p=0.5&seed=1").json();
    assertThat(masks.list("variational")).hasSize(40)
        .containsOnly(masks.list("variational").get(0));
    assertThat(masks.list("between").stream().distinct().count()).isGreaterThan(30);
    assertThat(http.get("/api/learn/masks?p=1&seed=1").status()).isEqualTo(400);
  }
}
