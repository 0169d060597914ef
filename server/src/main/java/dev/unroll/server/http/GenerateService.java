package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.model.Sampling;
import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.ClientLeftException;
import dev.unroll.server.generate.Ending;
import dev.unroll.server.generate.TextModel;
import dev.unroll.server.generate.TextSink;
import dev.unroll.server.generate.Writing;
import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.repository.ModelVersion;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Texts that models write: as a whole, or token by token as server-sent events.
final class GenerateService {
  private static final Header EVENTS =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");

  private static final Set<String> PARAMETERS = Set.of("max_tokens", "temperature", "top_k",
      "top_p", "seed", "stop", "beam", "hypotheses", "stream");
  private static final Set<String> DRAWN = Set.of("temperature", "top_k", "top_p", "seed");
  private static final int DEFAULT_TOKENS = 256;
  private static final int DEFAULT_BEAM = 5;
  private static final int MOST_BEAM = 100;
  private static final int MOST_STOPS = 16;

  /// Seeds that a number of JavaScript holds exactly.
  private static final long MOST_SEED = 1L << 53;

  private final int mostTokens;
  private final int longest;

  /// @param mostTokens that are written for a request
  /// @param longest the most characters of a prompt
  GenerateService(int mostTokens, int longest) {
    this.mostTokens = mostTokens;
    this.longest = longest;
  }

  /// Answers with the whole text.
  void generate(Exchange exchange, ModelVersion version) {
    var model = version.model().requireTexts();
    var asked = read(exchange.body(), model);
    var text = new StringBuilder();
    var ending = write(model, asked, exchange, text::append);
    exchange.send(200, Exchange.JSON,
        object(version, text.toString(), null, asked, ending));
  }

  /// Answers with an event for each token.
  void stream(Exchange exchange, ModelVersion version) {
    var model = version.model().requireTexts();
    var asked = read(exchange.body(), model);
    exchange.answerHeader(HeaderNames.CACHE_CONTROL, "no-cache");
    var events = new Events(exchange);
    try {
      var ending = write(model, asked, exchange,
          piece -> events.send(object(version, piece, false, asked, null)));
      events.send(object(version, "", true, asked, ending));
    } catch (RefusedException e) {
      if (!exchange.hasBegun()) {
        throw e;
      }
      // The status was sent; what is left is an event that says it.
      events.fail(e.sentence());
    } catch (CloseConnectionException | UncheckedIOException | ClientLeftException e) {
      throw e; // nobody reads what would be said of it
    } catch (RuntimeException e) {
      if (!exchange.hasBegun()) {
        throw e;
      }
      events.fail("the text cannot be written on");
    }
    events.close();
  }

  /// The events of an answer, whose status is sent with the first.
  private static final class Events {
    private final Exchange exchange;
    private @Nullable OutputStream out;

    Events(Exchange exchange) {
      this.exchange = exchange;
    }

    void send(ByteSink object) {
      try {
        if (out == null) {
          out = exchange.stream(EVENTS);
        }
        var event = new ByteSink(object.size() + 8);
        event.writeBytes("data: ".getBytes(UTF_8));
        event.write(object.array(), 0, object.size());
        event.writeBytes("\n\n".getBytes(UTF_8));
        out.write(event.array(), 0, event.size());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void fail(String sentence) {
      var sink = new ByteSink(sentence.length() + 16);
      sink.writeBytes(JsonFormat.error(sentence));
      send(sink);
    }

    void close() {
      try {
        if (out != null) {
          out.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Ending write(TextModel model, Writing asked, Client client, TextSink sink) {
    try {
      return model.write(asked, client, sink);
    } catch (DataException | IllegalArgumentException e) {
      throw RefusedException.of(422, "%s", e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Writing read(byte[] bytes, TextModel model) {
    var body = JsonBody.read(bytes);
    try {
      return read(body, model);
    } catch (RefusedException e) {
      throw e.status(422);
    } catch (IllegalArgumentException e) {
      throw RefusedException.of(422, "%s", e.getMessage());
    }
  }

  /// Parameters stand in an object of their own, or beside the text.
  private Writing read(JsonBody body, TextModel model) {
    var inside = body.object("parameters");
    var own = new HashSet<>(PARAMETERS);
    own.add("text_input");
    own.add("parameters");
    own.add("id");
    body.only(own);
    var parameters = inside == null ? body : inside.only(PARAMETERS);
    if (inside != null && body.names().stream().anyMatch(PARAMETERS::contains)) {
      throw invalid("some parameters stand in the object parameters and some beside it; put all of"
          + " them into it");
    }
    boolean drawn = !model.followsBeam() || !parameters.has("beam")
        && DRAWN.stream().anyMatch(parameters::has);
    if (!model.followsBeam() && (parameters.has("beam") || parameters.has("hypotheses"))) {
      throw invalid("a language model draws its text; leave beam and hypotheses out");
    }
    var sampling = new Sampling(parameters.number("temperature", 0.8, 0, 100),
        (int) parameters.whole("top_k", 0, 0, Integer.MAX_VALUE),
        parameters.number("top_p", 1, 0, 1));
    int beam = drawn ? 0 : (int) parameters.whole("beam", DEFAULT_BEAM, 1, MOST_BEAM);
    parameters.truth("stream", false); // it is the path that says so
    var stop = parameters.texts("stop");
    if (stop.contains("")) {
      throw invalid("stop has an empty text, before which nothing would be written; leave it out");
    }
    if (stop.size() > MOST_STOPS || stop.stream().anyMatch(text -> text.length() > 1_000)) {
      throw invalid("stop has %d texts, expected at most %d of at most 1000 characters",
          stop.size(), MOST_STOPS);
    }
    var text = body.text("text_input");
    if (text.length() > longest) {
      throw invalid("text_input has %d characters, at most %d are allowed", text.length(), longest);
    }
    return new Writing(text,
        (int) parameters.whole("max_tokens", Math.min(DEFAULT_TOKENS, mostTokens), 1, mostTokens),
        sampling,
        parameters.whole("seed", ThreadLocalRandom.current().nextLong(MOST_SEED), Long.MIN_VALUE,
            Long.MAX_VALUE),
        stop, beam, (int) parameters.whole("hypotheses", 1, 1, MOST_BEAM));
  }

  private static ByteSink object(ModelVersion version, String text, @Nullable Boolean done,
      Writing asked, @Nullable Ending ending) {
    var out = new ByteSink(128 + text.length());
    try (var json = JsonFormat.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("model_name", version.name());
      json.writeStringProperty("model_version", version.version());
      json.writeStringProperty("text_output", text);
      if (done != null) {
        json.writeBooleanProperty("done", done);
      }
      if (ending != null) {
        ending(json, asked, ending);
      }
      json.writeEndObject();
    }
    return out;
  }

  private static void ending(JsonGenerator json, Writing asked, Ending ending) {
    json.writeStringProperty("finish_reason", ending.reason());
    json.writeNumberProperty("tokens", ending.tokens());
    if (asked.beam() == 0) {
      json.writeNumberProperty("seed", asked.seed());
    }
    if (!ending.hypotheses().isEmpty()) {
      json.writeArrayPropertyStart("hypotheses");
      for (var hypothesis : ending.hypotheses()) {
        json.writeStartObject();
        json.writeStringProperty("text", hypothesis.text());
        json.writeNumberProperty("log_probability", hypothesis.logProbability());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
