package dev.unroll.server.repository;

/// The name and the version of a model.
public record ModelId(String name, String version) {}
