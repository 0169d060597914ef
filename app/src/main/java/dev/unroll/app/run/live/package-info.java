/// What passes between a training that runs and who watches it: what is asked of it
/// ([RunControl]), and looks inside its model ([LookLog]).
@NullMarked
package dev.unroll.app.run.live;

import org.jspecify.annotations.NullMarked;
