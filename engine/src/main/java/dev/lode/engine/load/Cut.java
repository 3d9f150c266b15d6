package dev.lode.engine.load;

import dev.lode.format.ResumePoint;
import dev.lode.format.csv.RecordBatch;

/// A batch with what its commit needs to know.
///
/// @param end where the next batch begins
/// @param stored stored bytes used up so far, for progress
record Cut(RecordBatch batch, ResumePoint end, long stored) {}
