package dev.unroll.app.studio;

import dev.unroll.app.Commands;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.studio.runs.RunList;
import dev.unroll.format.json.Json;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.text.TextCoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A studio of a folder of runs, one of each kind, trained once for all tests.
final class TrainedStudio implements AutoCloseable {
  private static final List<String> LEFT = List.of("one", "two", "moods", "wave", "sevens", "tags",
      "live", "beats", "odd", "names", "sums", "follow", "double", "spell", "counts", "torn");

  private final Path folder;
  private final Commands commands;
  private final StudioServer server;
  private final RawHttp http;

  /// Gives it to the constructors of tests.
  static final class Parameter implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TrainedStudio.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context.getRoot().getStore(Namespace.create(TrainedStudio.class))
          .computeIfAbsent(TrainedStudio.class, _ -> begun(), TrainedStudio.class);
    }

    private static TrainedStudio begun() {
      try {
        return new TrainedStudio(Files.createTempDirectory("studio"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private TrainedStudio(Path folder) throws IOException {
    this.folder = folder;
    commands = new Commands(folder);
    commands.text("words.txt", 75);
    var text = Path.of("words.txt"); // as it is given again by who resumes it elsewhere
    commands.said(Commands.train(text, "runs/one", "--epochs", "2"));
    commands.said(Commands.train(text, "runs/two", "--epochs", "1", "--lr", "0.02"));
    tear("runs/one", "runs/torn", 'b');
    texts();
    numbers();
    examples();
    Files.createDirectories(folder.resolve("runs/no run"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    server = StudioServer.start(new RunList(folder.resolve("runs")), terminal(), 0);
    http = RawHttp.of(server.address());
  }

  /// A copy of a language model that cannot go on after a symbol, whose embedding is not finite.
  private void tear(String run, String torn, char symbol) throws IOException {
    Files.createDirectories(folder.resolve(torn));
    var file = ModelFile.read(folder.resolve(run).resolve("model.safetensors"));
    int row = TextCoding.of(file).encode(String.valueOf(symbol))[0];
    var parameters = file.model().parameters();
    var embedding = parameters.blocks().getFirst();
    parameters.values()[embedding.offset() + row * embedding.shape()[1]] = Float.NaN;
    ModelFile.write(folder.resolve(torn).resolve("model.safetensors"), file.model(),
        file.provenance().values());
  }

  private void texts() throws IOException {
    var moods = new StringBuilder("text,label\n");
    var pairs = new StringBuilder("source\ttarget\n");
    var words = new StringBuilder();
    for (int i = 0; i < 24; i++) {
      moods.append(
          i % 2 == 0 ? "good day %d,up%n".formatted(i) : "bad night %d,down%n".formatted(i));
      pairs.append("%d\t%d%n".formatted(10 + i, 7 * (10 + i)));
      words.append("{\"tokens\":[\"it%d\",\"was\"],\"tags\":[\"N\",\"V\"]}%n".formatted(i));
    }
    train("classify", data("moods.csv", moods), "moods");
    train("transduce", data("pairs.tsv", pairs), "sevens");
    train("tag", data("words.jsonl", words), "tags");
  }

  private void numbers() throws IOException {
    var wave = new StringBuilder("value\n");
    for (int i = 0; i < 120; i++) {
      wave.append(20 + 5 * Math.sin(2 * Math.PI * i / 12) + i % 5).append('\n');
    }
    train("forecast", data("wave.csv", wave), "wave", "--horizon", "6", "--time", "none");
    var odd = new StringBuilder("value\n");
    for (int i = 0; i < 400; i++) {
      odd.append(i == 380 ? 90 : 20 + 5 * Math.sin(2 * Math.PI * i / 12)).append('\n');
    }
    train("detect", data("odd.csv", odd), "odd", "--time", "none", "--first", "300");
    var beats = new StringBuilder();
    for (int i = 0; i < 24; i++) {
      var steps = new ArrayList<String>();
      for (int t = 0; t < 10; t++) {
        steps.add("[%d, %d]".formatted(i % 2 == 0 ? t : 9 - t, i));
      }
      beats.append("{\"input\": %s, \"label\": \"%s\"}%n".formatted(steps,
          i % 2 == 0 ? "rising" : "falling"));
    }
    train("classify", data("beats.jsonl", beats), "beats");
  }

  /// A model of `unroll fit` of each structure, of symbols and of numbers.
  private void examples() throws IOException {
    var names = new StringBuilder();
    var sums = new StringBuilder();
    var follow = new StringBuilder();
    var doubled = new StringBuilder();
    var spell = new StringBuilder();
    var counts = new StringBuilder();
    for (int i = 0; i < 24; i++) {
      int j = (7 * i) % 10;
      names.append("{\"input\": \"%s\", \"target\": \"%s\"}%n".formatted(
          i % 2 == 0 ? "Mac" + i : "Van" + i, i % 2 == 0 ? "Scottish" : "Dutch"));
      sums.append("{\"input\": [[%d, 1], [%d, 2], [%d, 3]], \"target\": [[%d, %d]]}%n"
          .formatted(i, j, i + 1, 2 * i + j + 1, i - j));
      follow.append("{\"input\": [\"a\", \"b\", \"%s\"], \"target\": [\"b\", \"%s\", \"a\"]}%n"
          .formatted(i % 2 == 0 ? "a" : "c", i % 2 == 0 ? "a" : "c"));
      doubled.append("{\"input\": [%d, %d, %d], \"target\": [%d, %d, %d]}%n"
          .formatted(i, j, i + j, 2 * i, 2 * j, 2 * (i + j)));
      spell.append("{\"input\": \"ab%d\", \"target\": \"%dba\"}%n".formatted(i, i));
      counts.append("{\"input\": [%d, %d], \"target\": [%d, %d, %d, %d]}%n"
          .formatted(i, j, i, i + j, i + 2 * j, i + 3 * j));
    }
    fit(data("names.jsonl", names), "names");
    fit(data("sums.jsonl", sums), "sums");
    fit(data("follow.jsonl", follow), "follow");
    fit(data("double.jsonl", doubled), "double");
    fit(data("spell.jsonl", spell), "spell", "--structure", "encoder-decoder", "--target",
        "characters", "--attention", "additive");
    fit(data("counts.jsonl", counts), "counts", "--structure", "vector-to-sequence", "--target",
        "numbers");
  }

  private String data(String name, CharSequence content) throws IOException {
    Files.writeString(folder.resolve(name), content);
    return name;
  }

  private void train(String task, String data, String run, String... more) {
    var args = new ArrayList<>(List.of("train", task, data, "--out", "runs/" + run, "--epochs", "2",
        "--threads", "1", "--set", "hidden=8", "--quiet"));
    args.addAll(List.of(more));
    commands.said(args);
  }

  private void fit(String data, String run, String... more) {
    var args = new ArrayList<>(List.of("fit", data, "--out", "runs/" + run, "--epochs", "2",
        "--threads", "1", "--hidden", "8", "--quiet"));
    args.addAll(List.of(more));
    commands.said(args);
  }

  Path folder() {
    return folder;
  }

  /// In its folder.
  Commands commands() {
    return commands;
  }

  RawHttp http() {
    return http;
  }

  /// A terminal in its folder.
  Terminal terminal() {
    return new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(new StringWriter()),
        new PrintWriter(new StringWriter()), folder, false);
  }

  /// The runs stay in `target/page`, with what starts a studio of them, for the browser.
  @Override
  public void close() throws IOException {
    server.close();
    var left = Path.of("target/page/studio");
    for (var run : LEFT) {
      if (Files.exists(folder.resolve("runs").resolve(run))) {
        copy(folder.resolve("runs").resolve(run), left.resolve("runs").resolve(run));
      }
    }
    try (var files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (var data : files) {
        Files.copy(data, left.resolve(data.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    var empty = Files.createDirectories(left.resolve("runs/empty")); // as a full disk leaves one
    Files.writeString(empty.resolve("log.jsonl"), "");
    Files.writeString(empty.resolve("model.safetensors"), "");
    var start = new LinkedHashMap<String, Object>();
    start.put("java", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    start.put("classPath", System.getProperty("java.class.path"));
    Files.writeString(left.resolve("start.json"), Json.write(start));
    delete(folder);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.newDirectoryStream(from, Files::isRegularFile)) {
      for (var file : files) {
        var copied = to.resolve(file.getFileName());
        Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
        if (file.endsWith(StoredCommand.FILE)) { // says in which folder it was given
          Files.writeString(copied, Files.readString(copied).replace(
              from.getParent().getParent().toAbsolutePath().toString(),
              to.getParent().getParent().toAbsolutePath().toString()));
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var inside = Files.walk(folder)) {
      for (var path : inside.toList().reversed()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
