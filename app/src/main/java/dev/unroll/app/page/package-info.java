/// The page: one HTML file that opens without a network and draws what was measured.
///
/// A [Page] is sections of [Panel]s, all of them values: curves ([Lines]), heat maps ([HeatMap]), a
/// state painted over a text ([Painted]), scatters, influence on hover, tables and texts. What
/// they say is up to who makes them; how they look is in the resources of this package.
@NullMarked
package dev.unroll.app.page;

import org.jspecify.annotations.NullMarked;
