package dev.lode.postgres.intake;

import java.time.Duration;
import java.util.Optional;

/// What a beat brought back.
///
/// @param latency how long the server took for a small transaction, flushed to its disk
/// @param paused `all` or `backload`, where a person paused the dataset
public record Beat(Duration latency, Optional<String> paused) {}
