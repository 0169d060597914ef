/// Playing with trained models: a text that is written character by character with the states
/// behind it, classes with what counted for them, forecasts with their bands, texts written for
/// texts with the attention, answers to examples, data with what is odd in it.
@NullMarked
package dev.unroll.app.studio.play;

import org.jspecify.annotations.NullMarked;
