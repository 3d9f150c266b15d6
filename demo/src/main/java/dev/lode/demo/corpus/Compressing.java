package dev.lode.demo.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;

/// How files are packed, and who does it.
///
/// @param threads of the pool
record Compressing(Packing packing, BlockCompressor compressor, ExecutorService pool, int threads) {
    static Compressing of(Packing packing, ExecutorService pool, int threads) {
        var compressor =
                packing == Packing.BZIP2_FAST
                        ? BlockCompressor.fastest()
                        : BlockCompressor.portable();
        return new Compressing(packing, compressor, pool, threads);
    }

    /// Wraps a file; closes it when that cannot be done.
    OutputStream wrap(OutputStream raw) throws IOException {
        if (packing == Packing.PLAIN) {
            return raw;
        }
        try {
            return new Bzip2OneStream(raw, compressor, pool, threads);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }
}
