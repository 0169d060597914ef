package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.model.Sampling;
import dev.unroll.server.generate.TextModel;
import dev.unroll.server.generate.Writing;
import dev.unroll.server.protocol.RefusedException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Reads what is asked of a model that writes text, and refuses what cannot be asked by 422.
///
/// @param mostTokens that are written for a request
/// @param longest the most characters of a prompt
record WritingReader(int mostTokens, int longest) {
  private static final Set<String> PARAMETERS = Set.of("max_tokens", "temperature", "top_k",
      "top_p", "seed", "stop", "beam", "hypotheses", "stream");
  private static final Set<String> DRAWN = Set.of("temperature", "top_k", "top_p", "seed");
  private static final int DEFAULT_TOKENS = 256;
  private static final int DEFAULT_BEAM = 5;
  private static final int MOST_BEAM = 100;
  private static final int MOST_STOPS = 16;

  /// Seeds that a number of JavaScript holds exactly.
  private static final long MOST_SEED = 1L << 53;

  /// Reads a body.
  ///
  /// @throws RefusedException if it has a fault
  Writing read(byte[] bytes, TextModel model) {
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
}
