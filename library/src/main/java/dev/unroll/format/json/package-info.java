/// JSON as values: reading that trusts nothing, and writing.
@NullMarked
package dev.unroll.format.json;

import org.jspecify.annotations.NullMarked;
