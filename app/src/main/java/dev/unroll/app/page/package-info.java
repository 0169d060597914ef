/// The page: one HTML file that opens without a network and draws measurements.
///
/// A [Page] is sections of drawings ([dev.unroll.app.page.panel.Panel]), all of them values. Their
/// content is up to the caller; their looks are in the resources of this package.
@NullMarked
package dev.unroll.app.page;

import org.jspecify.annotations.NullMarked;
