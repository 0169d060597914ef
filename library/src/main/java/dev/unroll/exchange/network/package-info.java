/// Networks of other libraries as their weights in the order of ours, and how a model is made of
/// them.
@NullMarked
package dev.unroll.exchange.network;

import org.jspecify.annotations.NullMarked;
