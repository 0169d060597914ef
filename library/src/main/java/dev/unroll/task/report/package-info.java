/// How reports are written for a terminal.
@NullMarked
package dev.unroll.task.report;

import org.jspecify.annotations.NullMarked;
