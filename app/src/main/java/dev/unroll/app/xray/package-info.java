/// `unroll xray`: what is measured in `inspect`, as panels and words.
///
/// A [Comparison] trains fresh cells a little on a made-up task and looks at each of them before, midway
/// and after; an [Examination] looks at a trained model while it reads. Both make a page.
@NullMarked
package dev.unroll.app.xray;

import org.jspecify.annotations.NullMarked;
