/// Learning-rate schedules.
@NullMarked
package dev.unroll.train.schedule;

import org.jspecify.annotations.NullMarked;
