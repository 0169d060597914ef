/// A model as one file.
@NullMarked
package dev.unroll.model.file;

import org.jspecify.annotations.NullMarked;
