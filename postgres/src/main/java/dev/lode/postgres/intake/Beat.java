package dev.lode.postgres.intake;

import java.time.Duration;
import java.util.Optional;

/// What a beat brought back.
///
/// @param latency how long the server took for a small transaction, flushed to its disk
/// @param paused `all` or `backload`, where a person paused the dataset
/// @param others whether other watchers of the dataset live
public record Beat(Duration latency, Optional<String> paused, boolean others) {}
