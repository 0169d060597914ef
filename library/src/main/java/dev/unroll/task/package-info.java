/// From data to a predictor in one call: a type for each task, whose results are values with names,
/// and which is saved as one file.
@NullMarked
package dev.unroll.task;

import org.jspecify.annotations.NullMarked;
