/// Scores the events of streams, each of which belongs to a key: a [StreamModel] reads [Features]
/// of an event, steps the [KeyState] of its key, and gives a [EventScore]. Engines keep the states;
/// an [EventBatch] is between them and the model.
@NullMarked
package dev.unroll.stream;

import org.jspecify.annotations.NullMarked;
