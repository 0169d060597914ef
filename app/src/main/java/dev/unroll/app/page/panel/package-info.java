/// The drawings of a page, as values: curves ([Lines]), heat maps ([HeatMap]), a state painted over
/// a text ([Painted]), scatters, influence on hover, tables and texts. Each is a [Panel].
@NullMarked
package dev.unroll.app.page.panel;

import org.jspecify.annotations.NullMarked;
