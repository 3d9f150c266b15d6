package dev.lode.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

final class ZstdDecoderTest extends DecoderContract {
    @Override
    Compression compression() {
        return Compression.ZSTD;
    }

    @Override
    byte[] compress(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStream(out).setChecksum(true)) {
            zstd.write(content);
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

    @Test
    void readsFramesOneAfterAnother() throws IOException {
        var all = new ByteArrayOutputStream();
        for (String part : new String[] {"one,", "", "two,", "three"}) {
            all.writeBytes(compress(part.getBytes(StandardCharsets.US_ASCII)));
        }
        var source = new MemoryBytes(all.toByteArray());
        var decoder =
                new SequentialDecoder(
                        source, ZstdUnpacker.open(source, StoredStream.open(source, 0)), 0);
        assertThat(Drained.of(decoder, 3))
                .isEqualTo(new Drained(new Drained.Content("one,two,three"), null));
    }
}
