package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Tokens;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.EventScore;
import dev.unroll.stream.Features;
import dev.unroll.stream.StreamModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;

/// Events as records of Avro and of JSON, whose fields have the names that stand in the model.
class RecordsTest {
  private static final StreamModel MODEL = StreamModel.of(SequenceToSequence.of(
      Inputs.features("temperature", "load", "open"), RecurrentStack.of(Lstm.cell(), 4),
      Outputs.numbers(1), 1));
  private static final List<float[]> EVENTS =
      List.of(new float[] {20.5f, 3, 1}, new float[] {-1.25f, 7, 0}, new float[] {0, 2, 1});

  private static final Schema SCHEMA = SchemaBuilder.record("Reading").fields()
      .requiredString("machine").optionalDouble("temperature").requiredInt("load")
      .requiredBoolean("open").endRecord();

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Serde<JsonNode> NODES =
      serde(MAPPER::writeValueAsBytes, MAPPER::readTree);

  private static final Serde<GenericRecord> AVRO = serde(record -> {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }, bytes -> new GenericDatumReader<GenericRecord>(SCHEMA).read(null,
      DecoderFactory.get().binaryDecoder(bytes, null)));

  private static final Features<JsonNode> JSON =
      Features.byName((JsonNode node, String name) -> node.path(name).asText(null));

  /// What becomes of some events of a machine; an event that cannot be scored gives the reason.
  private static <E> List<String> results(StreamModel model, Serde<E> serde, Features<E> features,
      List<E> events) {
    var scoring = Scoring.supplier(model, features, (E _, EventScore score) -> score.toString())
        .badResult(bad -> bad.why());
    var builder = new StreamsBuilder();
    builder.stream("events", Consumed.with(Serdes.String(), serde)).processValues(scoring)
        .to("results", Produced.with(Serdes.String(), Serdes.String()));
    var settings = new Properties();
    settings.put("default.key.serde", Serdes.StringSerde.class);
    try (var driver = new TopologyTestDriver(builder.build(), settings, Instant.EPOCH)) {
      var topic = driver.createInputTopic("events", Serdes.String().serializer(),
          serde.serializer());
      events.forEach(event -> topic.pipeInput("machine 1", event));
      return driver.createOutputTopic("results", Serdes.String().deserializer(),
          Serdes.String().deserializer()).readValuesToList();
    }
  }

  /// The scores of arrays of the same numbers, without an engine.
  private static List<String> expected() {
    var batch = new EventBatch<float[]>(MODEL, Features.of(x -> x), BadEvents.FAIL, 1);
    var state = MODEL.initial();
    var scores = new ArrayList<String>();
    for (var event : EVENTS) {
      assertThat(batch.add(event, 0, state)).isNull();
      batch.score();
      scores.add(batch.score(0).toString());
      batch.clear();
    }
    return scores;
  }

  @Test
  void fieldsOfAvroAreFeatures() {
    var records = new ArrayList<GenericRecord>();
    for (var event : EVENTS) {
      records.add(avro((double) event[0], (int) event[1], event[2] == 1));
    }
    assertThat(results(MODEL, AVRO, Features.byName(GenericRecord::get), records))
        .isEqualTo(expected());
    assertThat(results(MODEL, AVRO, Features.byName(GenericRecord::get),
        List.of(avro(null, 1, true)))).containsExactly(
            "the feature temperature is missing, expected a finite number");
  }

  /// Avro throws for a field that its schema lacks.
  @Test
  void aFieldThatAvroDoesNotHaveIsNamed() {
    var other = StreamModel.of(SequenceToSequence.of(Inputs.features("temperature", "pressure"),
        RecurrentStack.of(Lstm.cell(), 4), Outputs.numbers(1), 1));
    assertThat(results(other, AVRO, Features.byName(GenericRecord::get),
        List.of(avro(1.0, 1, true)))).singleElement().asString().contains("pressure");
  }

  @Test
  void fieldsOfJsonAreFeatures() {
    assertThat(results(MODEL, NODES, JSON, List.of(
        json("{'machine': 'a', 'temperature': 20.5, 'load': 3, 'open': true}"),
        json("{'machine': 'a', 'temperature': '-1.25', 'load': 7.0, 'open': false}"),
        json("{'open': 1, 'temperature': 0, 'load': 2, 'more': {'x': [1, 2]}}"))))
        .isEqualTo(expected());
  }

  @Test
  void aFieldThatJsonDoesNotHaveIsNamed() {
    assertThat(results(MODEL, NODES, JSON, List.of(
        json("{'load': 3, 'open': true}"),
        json("{'load': 3, 'open': true, 'temperature': null}"),
        json("{'load': 3, 'open': true, 'temperature': {'celsius': 3}}"),
        json("{'load': 3, 'open': true, 'temperature': 'warm'}"),
        json("[1, 2, 3]")))).containsExactly(
            "the feature temperature is missing, expected a finite number",
            "the feature temperature is missing, expected a finite number",
            "the feature temperature is missing, expected a finite number",
            "temperature is \"warm\", expected a number",
            "the feature temperature is missing, expected a finite number");
  }

  /// A text of JSON is quoted where it is printed as JSON.
  @Test
  void textsOfAvroAndJsonAreTokens() {
    var tokens = Tokens.of(List.of("home", "cart", "pay"));
    var model = StreamModel.of(SequenceToSequence.of(Inputs.tokens(tokens),
        RecurrentStack.of(Lstm.cell(), 4), Outputs.classes(3).named(tokens), 1)).surprise();
    var name = model.features().getFirst();
    var schema = SchemaBuilder.record("Click").fields().requiredString(name).endRecord();
    var record = new GenericData.Record(schema);
    record.put(name, new org.apache.avro.util.Utf8("cart"));
    var avro = new EventBatch<GenericRecord>(model, Features.byName(GenericRecord::get),
        BadEvents.FAIL, 1);
    assertThat(avro.add(record, 0, model.initial())).isNull();
    var clicks = new EventBatch<>(model, JSON, BadEvents.FAIL, 2);
    assertThat(clicks.add(json("{'%s': 'cart'}".formatted(name)), 0, model.initial())).isNull();
    assertThat(clicks.add(json("{'%s': 'basket'}".formatted(name)), 0, model.initial()))
        .contains("basket");
  }

  private static GenericRecord avro(Double temperature, int load, boolean open) {
    var record = new GenericData.Record(SCHEMA);
    record.put("machine", "machine 1");
    record.put("temperature", temperature);
    record.put("load", load);
    record.put("open", open);
    return record;
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads or writes without naming what it throws.
  private interface Bytes<F, T> {
    T of(F from) throws IOException;

    static <F, T> T unchecked(Bytes<F, T> bytes, F from) {
      try {
        return bytes.of(from);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static <E> Serde<E> serde(Bytes<E, byte[]> writing, Bytes<byte[], E> reading) {
    Serializer<E> serializer = (_, value) -> Bytes.unchecked(writing, value);
    Deserializer<E> deserializer = (_, bytes) -> Bytes.unchecked(reading, bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }
}
