/// How samples are divided into training and validation, as indices.
@NullMarked
package dev.unroll.data.split;

import org.jspecify.annotations.NullMarked;
