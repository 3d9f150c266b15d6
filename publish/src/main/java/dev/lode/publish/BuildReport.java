package dev.lode.publish;

import dev.lode.publish.archive.Tally;

/// What came of publishing.
///
/// @param manifest of the generation that is the latest now
/// @param isNew whether it was made by this
/// @param archives written, the one of all included
/// @param copied bytes taken over from older archives
/// @param pressed bytes compressed anew
/// @param tally what the changes came to
public record BuildReport(
        Manifest manifest, boolean isNew, int archives, long copied, long pressed, Tally tally) {}
