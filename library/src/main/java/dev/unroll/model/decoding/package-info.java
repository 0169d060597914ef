/// How sequences are written: the decoder and its passes, and the searches.
@NullMarked
package dev.unroll.model.decoding;

import org.jspecify.annotations.NullMarked;
