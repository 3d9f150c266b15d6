package dev.lode.engine.publish;

import dev.lode.core.LodeException;
import dev.lode.publish.BuildReport;
import dev.lode.publish.s3.UploadReport;

import java.time.Duration;
import java.util.Optional;

/// What came of one publication.
///
/// @param why what was looked at, for people
/// @param built the generation that is the latest now; nothing on failure
/// @param read items read from the database
/// @param uploaded nothing without a bucket
public record PublicationOutcome(
        String name,
        String why,
        Optional<BuildReport> built,
        long read,
        Optional<UploadReport> uploaded,
        Optional<LodeException> failure,
        Duration took) {}
