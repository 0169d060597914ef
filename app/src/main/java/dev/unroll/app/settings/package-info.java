/// Options of training, presets, and the notation of optimizers, schedules and clipping.
@NullMarked
package dev.unroll.app.settings;

import org.jspecify.annotations.NullMarked;
