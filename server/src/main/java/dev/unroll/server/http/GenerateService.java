package dev.unroll.server.http;

import dev.unroll.data.DataException;
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
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Texts that models write: as a whole, or token by token as server-sent events.
final class GenerateService {
  private final WritingReader reader;

  GenerateService(WritingReader reader) {
    this.reader = reader;
  }

  /// Answers with the whole text.
  void generate(Exchange exchange, ModelVersion version) {
    var model = version.model().requireTexts();
    var asked = reader.read(exchange.body(), model);
    var text = new StringBuilder();
    var ending = write(model, asked, exchange, text::append);
    exchange.send(200, Exchange.JSON,
        object(version, text.toString(), null, asked, ending));
  }

  /// Answers with an event for each token.
  void stream(Exchange exchange, ModelVersion version) {
    var model = version.model().requireTexts();
    var asked = reader.read(exchange.body(), model);
    exchange.answerHeader(HeaderNames.CACHE_CONTROL, "no-cache");
    var events = new EventStream(exchange);
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

  private static Ending write(TextModel model, Writing asked, Client client, TextSink sink) {
    try {
      return model.write(asked, client, sink);
    } catch (DataException | IllegalArgumentException e) {
      throw RefusedException.of(422, "%s", e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
