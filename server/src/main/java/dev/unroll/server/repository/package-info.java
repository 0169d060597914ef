/// The models of a server by name and version, and the files they come from.
@NullMarked
package dev.unroll.server.repository;

import org.jspecify.annotations.NullMarked;
