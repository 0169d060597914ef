/// Files in common formats, read into columns: delimited text, JSON Lines, texts in folders, `.ts`.
/// It knows names, types and places of cells, and nothing about models.
@NullMarked
package dev.unroll.table;

import org.jspecify.annotations.NullMarked;
