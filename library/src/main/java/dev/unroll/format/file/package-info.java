/// Files that are replaced as a whole or not at all, and how their failures are told.
@NullMarked
package dev.unroll.format.file;

import org.jspecify.annotations.NullMarked;
