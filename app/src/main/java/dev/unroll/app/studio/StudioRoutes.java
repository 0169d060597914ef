package dev.unroll.app.studio;

import dev.unroll.Engine;
import dev.unroll.app.command.XraySubject;
import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.studio.learn.CliffDescent;
import dev.unroll.app.studio.learn.DropoutMasks;
import dev.unroll.app.studio.learn.GradientProfiles;
import dev.unroll.app.studio.play.Answering;
import dev.unroll.app.studio.play.Detecting;
import dev.unroll.app.studio.play.ExampleInputs;
import dev.unroll.app.studio.play.Forecasting;
import dev.unroll.app.studio.play.KeptData;
import dev.unroll.app.studio.play.LiveWriting;
import dev.unroll.app.studio.play.Playable;
import dev.unroll.app.studio.runs.Run;
import dev.unroll.app.studio.runs.RunList;
import dev.unroll.app.xray.LossPanels;
import dev.unroll.model.Sampling;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Which request is answered by what.
final class StudioRoutes {
  /// The report of a run is a page with scripts of its own: it gets no origin, so that it can ask
  /// the studio nothing.
  private static final String ALONE = "sandbox allow-scripts; default-src 'none';"
      + " script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-ancestors 'none'";

  /// Steps of a text that are looked at in the page.
  private static final int MOST_STEPS = 2_000;

  private final RunList runs;
  private final Terminal terminal;
  private final Activities activities;
  private final HeavyWork work;
  private final StudioAssets assets;
  private final Playable.Shelf shelf = new Playable.Shelf();
  private final KeptData<Forecasting> forecasting = new KeptData<>();
  private final KeptData<ExampleInputs> examples = new KeptData<>();

  StudioRoutes(RunList runs, Terminal terminal, RequestGuard guard, Activities activities,
      HeavyWork work)
      throws IOException {
    this.runs = runs;
    this.terminal = terminal;
    this.activities = activities;
    this.work = work;
    assets = new StudioAssets(guard.token());
  }

  void into(HttpRouting.Builder routing) {
    routing.get("/", Answer.handler((_, response) -> send(response, StudioAssets.INDEX)))
        .get("/files/{name}", Answer.handler(this::file))
        .get("/api/runs", Answer.json(_ -> list()))
        .get("/api/runs/{run}", Answer.json(request -> details(request)))
        .get("/api/runs/{run}/curves", Answer.json(request -> run(request).compared()))
        .get("/api/runs/{run}/report", Answer.handler(this::report))
        .post("/api/runs/{run}/stop", Answer.json(request -> {
          activities.stop(run(request));
          return done();
        }))
        .post("/api/runs/{run}/rate", Answer.json(request -> {
          activities.learningRate(run(request), Answer.fields(request).number("learningRate"));
          return done();
        }))
        .post("/api/runs/{run}/resume", Answer.json(request -> {
          activities.resume(run(request));
          return done();
        }))
        .post("/api/runs/{run}/xray", Answer.handler(this::xray))
        .get("/api/runs/{run}/play", heavy(this::playable))
        .post("/api/runs/{run}/write", Answer.handler(this::write))
        .post("/api/runs/{run}/answer", heavy(request -> Answering
            .of(shelf.of(run(request)), Answer.fields(request).string("text"))))
        .post("/api/runs/{run}/example", heavy(this::example))
        .post("/api/runs/{run}/forecast", heavy(this::forecast))
        .post("/api/runs/{run}/detect", heavy(this::detect))
        .get("/api/learn/profiles", heavy(this::profiles))
        .get("/api/learn/cliff", Answer.json(request -> CliffDescent.from(
            Answer.number(request, "w"), Answer.number(request, "b"),
            Answer.number(request, "rate"), Answer.number(request, "clip"))))
        .get("/api/learn/surface", Answer.json(_ -> Page.of("", "")
            .with(Section.of("", LossPanels.smallest().toArray(Panel[]::new))).fields()))
        .get("/api/learn/masks", Answer.json(request -> DropoutMasks.of(
            Answer.number(request, "p"), (long) Answer.number(request, "seed"))));
  }

  /// What computes for long.
  private Handler heavy(Answer.Fields fields) {
    return Answer.json(request -> work.result(() -> fields.of(request)));
  }

  private static SequencedMap<String, Object> done() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("done", true);
    return fields;
  }

  private Run run(ServerRequest request) throws IOException {
    var name = request.path().pathParameters().get("run");
    return runs.named(name)
        .orElseThrow(() -> new Answer.NotFound("there is no run %s here".formatted(name)));
  }

  private void file(ServerRequest request, ServerResponse response) {
    send(response, request.path().pathParameters().get("name"));
  }

  private void send(ServerResponse response, String name) {
    var file = assets.file(name);
    if (file == null) {
      throw new Answer.NotFound("there is no file %s".formatted(name));
    }
    response.header(HeaderNames.CONTENT_TYPE, StudioAssets.type(name)).send(file);
  }

  private SequencedMap<String, Object> list() throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("folder", String.valueOf(runs.folder()));
    fields.put("runs", runs.summaries());
    return fields;
  }

  private @Nullable SequencedMap<String, Object> details(
      ServerRequest request) throws IOException {
    var run = run(request);
    int seen = Answer.whole(request, "version", -1);
    var complaint = activities.complaint(run);
    boolean isHeard = Answer.whole(request, "heard", 0) != 0;
    var fields = run.details(isHeard == complaint.isEmpty() ? -1 : seen);
    if (fields != null) {
      fields.put("complaint", complaint);
    }
    return fields;
  }

  /// The page that the training has written.
  private void report(ServerRequest request, ServerResponse response) throws IOException {
    var file = run(request).folder().resolve(RunFolder.REPORT);
    if (!Files.isRegularFile(file)) {
      throw new Answer.NotFound("the run has no report yet");
    }
    response.header(HeaderNames.create("Content-Security-Policy"), ALONE)
        .header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8")
        .send(Files.readAllBytes(file));
  }

  private void xray(ServerRequest request, ServerResponse response) throws IOException {
    var run = run(request);
    var asked = Answer.fields(request);
    int time = Answer.whole(asked, "time", 2, MOST_STEPS);
    int example = Answer.whole(asked, "example", 0, Integer.MAX_VALUE - 1);
    var model = RunFolder.model(run.folder(), run.folder());
    var at = StoredCommand.isIn(run.folder())
        ? StoredCommand.read(run.folder())
        : null;
    var reading = new XraySubject(at == null ? terminal : at.at(terminal),
        at == null ? null : at.data().firstEntry().getKey(), time, 0, example).read(model);
    try (var lines = new LineStream(response)) {
      lines.of(() -> Measuring.send(reading, work, lines));
    }
  }

  private SequencedMap<String, Object> forecast(ServerRequest request) throws IOException {
    var run = run(request);
    var model = shelf.of(run);
    return forecasting.of(run, model, () -> Forecasting.of(run, model, terminal))
        .from(Answer.fields(request).number("from"));
  }

  private SequencedMap<String, Object> example(ServerRequest request) throws IOException {
    var run = run(request);
    var model = shelf.of(run);
    int number = Answer.whole(Answer.fields(request), "number", 0, Integer.MAX_VALUE - 1);
    return examples.of(run, model, () -> ExampleInputs.of(run, model, terminal)).at(number);
  }

  private SequencedMap<String, Object> detect(ServerRequest request) throws IOException {
    var run = run(request);
    return Detecting.of(run, shelf.of(run), terminal);
  }

  /// What can be done with a model; why it cannot be read, if so.
  private SequencedMap<String, Object> playable(ServerRequest request) throws IOException {
    var run = run(request);
    var fields = new LinkedHashMap<String, Object>();
    try {
      var model = shelf.of(run);
      fields.put("kind", model.kind());
      fields.put("prompt", LiveWriting.opening(model));
      fields.put("columns", model.columns());
    } catch (IOException e) {
      fields.put("kind", "");
      fields.put("why", Failure.sentence(e));
    }
    return fields;
  }

  /// The symbols one after another, a JSON line each, as they are written.
  private void write(ServerRequest request, ServerResponse response) throws IOException {
    var model = shelf.of(run(request));
    var asked = Answer.fields(request);
    var wanted = new LiveWriting.Request(asked.string("prompt"), asked.integer("length"),
        new Sampling(asked.number("temperature"), 0, asked.number("topP")),
        asked.longInteger("seed"));
    try (var lines = new LineStream(response)) {
      lines.of(() -> work.result(() -> {
        LiveWriting.write(model, wanted, lines::send);
        return true;
      }));
    }
  }

  private SequencedMap<String, Object> profiles(ServerRequest request) {
    try (var engine = Engine.of(1)) {
      return GradientProfiles.of(engine, Answer.number(request, "radius"),
          Answer.number(request, "bias"));
    }
  }
}
