/// Values over time: time stamps as people write them, the step between them, gaps, seasons.
@NullMarked
package dev.unroll.series;

import org.jspecify.annotations.NullMarked;
