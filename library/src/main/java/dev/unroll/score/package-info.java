/// How good answers are: measures as plain functions of values, with no model inside.
@NullMarked
package dev.unroll.score;

import org.jspecify.annotations.NullMarked;
