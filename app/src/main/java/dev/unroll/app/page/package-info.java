/// The page: one HTML file that opens without a network and draws measurements.
///
/// A [Page] is sections of [Panel]s, all of them values: curves ([Lines]), heat maps ([HeatMap]), a
/// state painted over a text ([Painted]), scatters, influence on hover, tables and texts. Their
/// content is up to the caller; their looks are in the resources of this package.
@NullMarked
package dev.unroll.app.page;

import org.jspecify.annotations.NullMarked;
