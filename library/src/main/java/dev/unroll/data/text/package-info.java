/// Texts as plain strings: cut in two, quoted in messages, compared.
@NullMarked
package dev.unroll.data.text;

import org.jspecify.annotations.NullMarked;
