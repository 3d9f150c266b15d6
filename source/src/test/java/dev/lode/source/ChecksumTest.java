package dev.lode.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.source.Checksum.Algorithm;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class ChecksumTest {
    /// The check values of the CRC catalogue, and the digests that `md5sum`, `sha1sum`, `sha256sum`
    /// give.
    @ParameterizedTest
    @CsvSource({
        "MD5, 25f9e794323b453885f5181f1b624d0b",
        "SHA1, f7c3bc1d808e04732adf679965ccc34ca7ae3441",
        "SHA256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
        "CRC32, cbf43926",
        "CRC32C, e3069283",
        "CRC64NVME, ae8b14860a799888",
    })
    void sumsUpAsTheStandardSays(Algorithm algorithm, String expected) {
        byte[] nineDigits = "123456789".getBytes(StandardCharsets.UTF_8);
        assertThat(sum(algorithm, nineDigits, 9)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void sumDoesNotDependOnThePieces(Algorithm algorithm) {
        byte[] bytes = new byte[10_007];
        new Random(7).nextBytes(bytes);
        String whole = sum(algorithm, bytes, bytes.length);
        for (int piece : new int[] {1, 3, 7, 8, 9, 4_096}) {
            assertThat(sum(algorithm, bytes, piece)).isEqualTo(whole);
        }
    }

    private static String sum(Algorithm algorithm, byte[] bytes, int piece) {
        var sum = new Checksum(algorithm, "").begin();
        for (int at = 0; at < bytes.length; at += piece) {
            sum.update(bytes, at, Math.min(piece, bytes.length - at));
        }
        return sum.hex();
    }
}
