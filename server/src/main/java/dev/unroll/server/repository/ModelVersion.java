package dev.unroll.server.repository;

import dev.unroll.server.model.ServedModel;
import dev.unroll.server.sequence.SequenceTable;

/// A model that is served under a name and a version.
///
/// @param model the model
/// @param sequences those of all versions of the name: a sequence goes on with the version that its
///     next request names, if the states have the same layout
public record ModelVersion(String name, String version, ServedModel model,
    SequenceTable sequences) {}
