/// `unroll xray`: the measurements of `inspect`, as panels and words.
///
/// A [Comparison] trains untrained cells a little on a synthetic task and inspects each of them
/// before, midway and after; an [Examination] inspects a trained model while it reads. Both make a
/// page.
@NullMarked
package dev.unroll.app.xray;

import org.jspecify.annotations.NullMarked;
