package dev.lode.engine.fetch;

import dev.lode.core.ByteSize;
import dev.lode.core.ContentId;
import dev.lode.core.LodeException;

/// How a fetch works.
///
/// @param filesAtOnce items fetched at the same time
/// @param rangesPerFile requests for one item at the same time
/// @param rangeSize the most bytes of one request; whole chunks of [ContentId#CHUNK] bytes
/// @param startOvers how often one item may begin again because it was replaced meanwhile or its
///   bytes did not match their checksum
/// @param rehash whether files that are there already are read again and compared with the manifest
/// @param checksums whether bytes are compared with the source's own checksum where it gives one,
///   which reads them again
public record FetchSettings(
        int filesAtOnce,
        int rangesPerFile,
        ByteSize rangeSize,
        int startOvers,
        boolean rehash,
        boolean checksums) {
    public static final FetchSettings DEFAULT =
            new FetchSettings(4, 2, ByteSize.mebibytes(64), 3, false, true);

    public FetchSettings {
        if (filesAtOnce < 1 || rangesPerFile < 1 || startOvers < 0) {
            throw LodeException.usage(
                    "fetch: "
                            + filesAtOnce
                            + " files at once, "
                            + rangesPerFile
                            + " ranges of a file at once, "
                            + startOvers
                            + " new starts; expected at least 1, 1 and 0");
        }
        if (rangeSize.bytes() < ContentId.CHUNK || rangeSize.bytes() % ContentId.CHUNK != 0) {
            throw LodeException.usage(
                    "fetch: ranges of "
                            + rangeSize
                            + ", expected a multiple of "
                            + ByteSize.of(ContentId.CHUNK));
        }
    }

    public FetchSettings withParallel(int files, int ranges) {
        return new FetchSettings(files, ranges, rangeSize, startOvers, rehash, checksums);
    }

    public FetchSettings withRangeSize(ByteSize size) {
        return new FetchSettings(filesAtOnce, rangesPerFile, size, startOvers, rehash, checksums);
    }

    public FetchSettings withRehash(boolean wanted) {
        return new FetchSettings(
                filesAtOnce, rangesPerFile, rangeSize, startOvers, wanted, checksums);
    }
}
