/// Models that score the events of keys in Kafka Streams.
@NullMarked
package dev.unroll.kafka;

import org.jspecify.annotations.NullMarked;
