/// Scores streams of events by key: a [StreamModel] reads the [Features] of an event, updates the
/// [KeyState] of its key and returns an [EventScore]. The engine keeps the states; an [EventBatch]
/// connects it to the model.
@NullMarked
package dev.unroll.stream;

import org.jspecify.annotations.NullMarked;
