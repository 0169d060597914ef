/// Files that are replaced as a whole or not at all, and messages for their failures.
@NullMarked
package dev.unroll.format.file;

import org.jspecify.annotations.NullMarked;
