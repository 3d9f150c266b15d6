package dev.lode.format;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

final class Bzip2DecoderContractTest extends DecoderContract {
    @Override
    Compression compression() {
        return Compression.BZIP2;
    }

    @Override
    byte[] compress(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var bzip2 = new BZip2CompressorOutputStream(out, 1)) {
            bzip2.write(content);
        }
        return out.toByteArray();
    }

    @Override
    boolean endIsMarked() {
        return true;
    }

    @Override
    boolean contentIsChecked() {
        return true;
    }
}
