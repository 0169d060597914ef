/// Parts of the runs of layers: the order of calls, padding, masks and the guard around them.
@NullMarked
package dev.unroll.layer.run;

import org.jspecify.annotations.NullMarked;
