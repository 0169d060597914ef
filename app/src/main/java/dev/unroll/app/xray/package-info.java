/// `unroll xray`: what is measured in `inspect`, as panels and words.
@NullMarked
package dev.unroll.app.xray;

import org.jspecify.annotations.NullMarked;
