/// The page of a run: its history so far as curves, figures and settings.
@NullMarked
package dev.unroll.app.run.report;

import org.jspecify.annotations.NullMarked;
