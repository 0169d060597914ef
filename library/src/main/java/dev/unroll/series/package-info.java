/// Time series: time stamps in common formats, time steps, gaps, seasons.
@NullMarked
package dev.unroll.series;

import org.jspecify.annotations.NullMarked;
