package dev.lode.bench.decode;

import dev.lode.core.FileBytes;
import dev.lode.format.ResumePoint;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.bzip2.Bzip2Decoder;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `bzip2 -dc` with Lode's decoder: `Bz2Cat FILE...` writes what the files hold to standard output.
/// With a thread for each processor and all lanes.
public final class Bz2Cat {
    private static final int PIECE = 1 << 18;

    private Bz2Cat() {}

    /// Decodes the files one after the other.
    public static void main(String[] files) throws IOException {
        byte[] piece = new byte[PIECE];
        try (var pool =
                        new BlockPool(
                                Runtime.getRuntime().availableProcessors(), BlockPool.MAX_LANES);
                var out = new FileOutputStream(FileDescriptor.out)) {
            for (String file : List.of(files)) {
                try (var decoder =
                        Bzip2Decoder.open(FileBytes.of(Path.of(file)), pool, ResumePoint.START)) {
                    for (int count = decoder.read(piece, 0, PIECE);
                            count > 0;
                            count = decoder.read(piece, 0, PIECE)) {
                        out.write(piece, 0, count);
                    }
                }
            }
        }
    }
}
