/// Tasks in their own words: classes, tags and forecasts.
@NullMarked
package dev.unroll.server.task;

import org.jspecify.annotations.NullMarked;
