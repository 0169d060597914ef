/// Users' files of examples: a line or a row each, with an input and a target.
@NullMarked
package dev.unroll.datasets.example;

import org.jspecify.annotations.NullMarked;
