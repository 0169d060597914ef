package dev.unroll.app.studio;

import dev.unroll.app.console.Failure;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Answers a request with JSON; what fails becomes one sentence for the page.
final class Answer {
  /// The source of its fields, for messages.
  private static final String REQUEST = "the request";

  private Answer() {}

  /// What a request asks for; null for nothing new.
  @FunctionalInterface
  interface Fields {
    @Nullable
    SequencedMap<String, Object> of(ServerRequest request) throws IOException;
  }

  /// Something that writes its answer itself.
  @FunctionalInterface
  interface Work {
    void on(ServerRequest request, ServerResponse response) throws IOException;
  }

  /// A name that leads to nothing.
  static final class NotFound extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    NotFound(String what) {
      super(what);
    }
  }

  /// A number that is beyond a limit.
  static final class BeyondLimit extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    BeyondLimit(String what) {
      super(what);
    }
  }

  /// A handler that answers with fields.
  static Handler json(Fields fields) {
    return handler((request, response) -> {
      var answer = Json.write(fields.of(request));
      response.header(HeaderNames.CONTENT_TYPE, "application/json").send(answer);
    });
  }

  /// A handler whose failures are answered.
  static Handler handler(Work work) {
    return (request, response) -> {
      try {
        work.on(request, response);
      } catch (NotFound e) {
        fail(response, Status.NOT_FOUND_404, e);
      } catch (BeyondLimit e) {
        fail(response, Status.UNPROCESSABLE_CONTENT_422, e);
      } catch (IOException | IllegalArgumentException | IllegalStateException e) {
        fail(response, Status.BAD_REQUEST_400, e);
      } catch (RuntimeException e) {
        fail(response, Failure.isExpected(e) ? Status.BAD_REQUEST_400
            : Status.INTERNAL_SERVER_ERROR_500, e);
      } catch (OutOfMemoryError e) {
        fail(response, Status.INTERNAL_SERVER_ERROR_500, e);
      }
    };
  }

  private static void fail(ServerResponse response, Status status, Throwable e) {
    if (response.isSent()) {
      return;
    }
    var error = new LinkedHashMap<String, Object>();
    error.put("error", sentence(e));
    response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(Json.write(error));
  }

  /// What is said of files says of a request too much: it comes from no file that may be damaged.
  private static String sentence(Throwable e) {
    var sentence = Failure.sentence(e);
    return e instanceof FormatException && sentence.startsWith(REQUEST)
        ? sentence.replaceFirst("(?s); *the file is damaged.*$", "")
        : sentence;
  }

  /// The fields of a request.
  static JsonFields fields(ServerRequest request) throws IOException {
    return JsonFields.parse(request.content().as(String.class), REQUEST);
  }

  /// A whole number of a request.
  ///
  /// @throws BeyondLimit if it is not within the limits
  static int whole(JsonFields asked, String name, int least, int most) throws IOException {
    long number = asked.longInteger(name);
    if (number < least || number > most) {
      throw new BeyondLimit(
          "%s is %d, expected %d to %d".formatted(name, number, least, most));
    }
    return (int) number;
  }

  /// A whole number of the query.
  ///
  /// @throws IllegalArgumentException if it is none
  static int whole(ServerRequest request, String name, int otherwise) {
    var text = request.query().first(name).orElse("");
    try {
      return text.isEmpty() ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "%s is '%s', expected a whole number".formatted(name, text));
    }
  }

  /// A number of the query.
  ///
  /// @throws IllegalArgumentException if it is missing or none
  static double number(ServerRequest request, String name) {
    var text = request.query().first(name).orElse("");
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException("%s is '%s', expected a number".formatted(name, text));
  }
}
