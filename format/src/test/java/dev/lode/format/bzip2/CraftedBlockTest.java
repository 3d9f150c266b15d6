package dev.lode.format.bzip2;

import static dev.lode.format.bzip2.Bzip2Samples.concat;
import static dev.lode.format.bzip2.Bzip2Samples.noise;
import static dev.lode.format.bzip2.Bzip2Samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.format.Drained;
import dev.lode.format.MemoryBytes;
import dev.lode.format.ResumePoint;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/// Blocks that today's encoders never write; where the reference implementation reads them too, it
/// is asked.
final class CraftedBlockTest {
    private static final BlockPool POOL = new BlockPool(2, 8);

    @TempDir private Path folder = Path.of("");

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    private static Drained drain(byte[] stored) throws IOException {
        var decoder = Bzip2Decoder.open(new MemoryBytes(stored), POOL, ResumePoint.START);
        return Drained.of(decoder, 1000);
    }

    private static Drained whole(byte[] content) {
        return new Drained(Drained.Content.of(content), null);
    }

    private void assertReadLikeTheOthers(byte[] stored, byte[] content)
            throws IOException, InterruptedException {
        assertThat(drain(stored)).isEqualTo(whole(content));
        assertThat(Bzip2Samples.decompressWithCommons(stored)).isEqualTo(content);
        if (Bzip2Samples.commandExists()) {
            assertThat(Bzip2Samples.decompressWithCommand(stored, folder)).isEqualTo(content);
        }
    }

    @Test
    void readsRandomisedBlocks() throws IOException, InterruptedException {
        for (int size : new int[] {1, 617, 618, 619, 620, 1336, 1337, 1338, 6000}) {
            byte[] content = concat(text(size - size / 3, size), new byte[size / 3]);
            var file =
                    new CraftedFile()
                            .begin(1)
                            .block(CraftedBlock.of(content).randomised())
                            .block(CraftedBlock.of(content))
                            .end();
            assertReadLikeTheOthers(file.toBytes(), concat(content, content));
        }
    }

    @Test
    void derandomisingGoesThroughAllDistancesAndBegins() throws IOException {
        byte[] zeros = new byte[600_000];
        Derandomiser.apply(zeros, 0, zeros.length);
        int turned = 0;
        for (byte value : zeros) {
            turned += value;
        }
        assertThat(turned).isGreaterThan(2 * 512);
        byte[] again = zeros.clone();
        Derandomiser.apply(again, 0, again.length);
        assertThat(again).containsOnly(0);
    }

    @Test
    void readsBlocksInWhichMagicsAreHidden() throws IOException, InterruptedException {
        for (int bit = 0; bit < 8; bit++) {
            byte[] a = text(300 + bit, bit);
            byte[] b = text(500, 50 + bit);
            var hidden = new BitWriter().bits(0, bit);
            for (int i = 0; i < 20; i++) {
                hidden.bits(Bzip2Format.BLOCK_MAGIC, 48).bits(0, i).bits(Bzip2Format.END_MAGIC, 48);
            }
            var file =
                    new CraftedFile()
                            .begin(9)
                            .block(CraftedBlock.of(a).hide(hidden))
                            .block(CraftedBlock.of(b))
                            .end();
            assertReadLikeTheOthers(file.toBytes(), concat(a, b));
        }
    }

    @Test
    void aWholeSoundBlockHiddenInAnotherIsNoBlock() throws IOException, InterruptedException {
        var hidden = soundBlockWithoutLongRunsOfOnes();
        byte[] a = text(300, 1);
        byte[] b = text(500, 2);
        var file =
                new CraftedFile()
                        .begin(9)
                        .block(CraftedBlock.of(a).hide(hidden))
                        .block(CraftedBlock.of(b))
                        .end();
        assertReadLikeTheOthers(file.toBytes(), concat(a, b));
    }

    private static BitWriter soundBlockWithoutLongRunsOfOnes() {
        var random = new Random(1);
        while (true) {
            byte[] content = {(byte) random.nextInt(256), (byte) random.nextInt(256)};
            var bits = CraftedBlock.of(content).bits();
            var text = new StringBuilder();
            for (byte value : bits.toBytes()) {
                text.append(Integer.toBinaryString(256 | (value & 255)).substring(1));
            }
            if (text.indexOf("111111") < 0) {
                return bits;
            }
        }
    }

    @Test
    void aMagicHiddenInALargeBlockIsFoundOutOnTheWay() throws IOException {
        byte[] stored = Bzip2Samples.compress(noise(899_000, 3), 9);
        // Symbols of about 8 bits: any bits read as some, so that all that is wrong with the block
        // is its checksum.
        int at = 500_000;
        var magic = new BitWriter().bits(Bzip2Format.BLOCK_MAGIC, 48).toBytes();
        System.arraycopy(magic, 0, stored, at, magic.length);
        assertThat(drain(stored).error())
                .hasMessageContaining("memory.bin: damaged at byte 4 of ")
                .hasMessageContaining("found a block");
    }

    @Test
    void aBlockThatEndsInARunWithoutItsLengthIsDamage() throws IOException {
        byte[] content = "abcdddd".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        var file =
                new CraftedFile()
                        .begin(9)
                        .block(CraftedBlock.of(content).withoutLastRunLength())
                        .end();
        assertThat(drain(file.toBytes()).error())
                .hasMessageContaining("found a block that ends in a run without its length");
        if (Bzip2Samples.commandExists()) {
            assertThatThrownBy(() -> Bzip2Samples.decompressWithCommand(file.toBytes(), folder))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aWrongChecksumOfABlockNamesBoth() throws IOException {
        var file =
                new CraftedFile()
                        .begin(9)
                        .block(CraftedBlock.of(text(100, 1)))
                        .block(CraftedBlock.of(text(200, 2)).wrongCrc())
                        .end();
        var drained = drain(file.toBytes());
        assertThat(drained.content()).isEqualTo(Drained.Content.of(text(100, 1)));
        int crc = CraftedBlock.crc(text(200, 2));
        assertThat(drained.error())
                .hasMessageContaining(
                        String.format(
                                "found a block with checksum %08x, expected %08x", crc, crc ^ 1))
                .hasMessageContaining("the first 100 decoded bytes are verified");
    }

    @Test
    void aWrongChecksumOfAStreamIsFoundAfterItsLastByte() throws IOException {
        var file = new CraftedFile().begin(9).block(CraftedBlock.of(text(100, 1))).end(77);
        var drained = drain(file.toBytes());
        assertThat(drained.content()).isEqualTo(Drained.Content.of(text(100, 1)));
        assertThat(drained.error())
                .hasMessageContaining("found a stream that ends with checksum 0000004d, expected");
    }

    @Test
    void aBlockLargerThanItsStreamsLevelIsDamage() throws IOException {
        byte[] stored = Bzip2Samples.compress(text(150_000, 1), 2);
        stored[3] = '1';
        var drained = drain(stored);
        assertThat(drained.error())
                .hasMessageContaining("expected at most 100000 in a stream of level 1")
                .hasMessageContaining("the first 0 decoded bytes");
        assertThat(drained.content().latin1()).isEmpty();
    }

    @Test
    void aDamagedHeaderOfALaterStreamIsNotTakenForTheEnd() throws IOException {
        byte[] first = Bzip2Samples.compress(text(1000, 1), 9);
        byte[] second = Bzip2Samples.compress(text(1000, 2), 9);
        second[1] ^= 4;
        var drained = drain(concat(first, second));
        assertThat(drained.content()).isEqualTo(Drained.Content.of(text(1000, 1)));
        assertThat(drained.error())
                .hasMessage(
                        "memory.bin: damaged at byte "
                                + first.length
                                + " of "
                                + (first.length + second.length)
                                + ": found bytes behind bzip2 stream 1 that are no further stream;"
                                + " stopped; the first 1000 decoded bytes are verified; fetch the"
                                + " file again");
    }

    @Test
    void codeLengthsThatNeverComeToRestAreDamage() throws IOException {
        var endless = new BitWriter();
        for (int i = 0; i < 30_000_000 / 4; i++) {
            endless.bits(0b1011, 4);
        }
        var block =
                new BitWriter()
                        .bits(Bzip2Format.BLOCK_MAGIC, 48)
                        .bits(0, 32 + 1)
                        .bits(0, 24)
                        .bits(0x8000, 16)
                        .bits(0x8000, 16)
                        .bits(2, 3)
                        .bits(1, 15)
                        .bits(0, 1)
                        .bits(5, 5)
                        .all(endless);
        var file = new CraftedFile().begin(9).block(block, 0);
        assertThat(drain(file.toBytes()).error())
                .hasMessageContaining("code lengths that do not come to rest");
    }

    @Test
    void aRunLongerThanAnyBlockIsDamage() throws IOException {
        // One byte in use, three symbols: digits of runs as codes 0 and 10, the end as 11.
        for (int digits : new int[] {18, 19, 20, 21, 25, 30, 31, 32, 33, 40, 64, 90, 10_000}) {
            var block =
                    new BitWriter()
                            .bits(Bzip2Format.BLOCK_MAGIC, 48)
                            .bits(0, 32 + 1)
                            .bits(0, 24)
                            .bits(0x8000, 16)
                            .bits(0x8000, 16)
                            .bits(2, 3)
                            .bits(1000, 15)
                            .bits(0, 1000);
            CraftedBlock.writeLengths(block, new int[] {1, 2, 2});
            CraftedBlock.writeLengths(block, new int[] {1, 2, 2});
            for (int i = 0; i < digits; i++) {
                block.bits(2, 2);
            }
            var file = new CraftedFile().begin(9).block(block.bits(3, 2), 0).end();
            assertThat(drain(file.toBytes()).error())
                    .as(digits + " digits")
                    .hasMessageContaining(digits < 19 ? "with checksum" : "a block of ");
        }
    }

    @Test
    void headersThatNoBlockCanHaveAreDamage() throws IOException {
        assertThat(header(0, 0, 2, 1)).contains("a block that uses no byte");
        assertThat(header(0x8000, 0x8000, 1, 1))
                .contains("a block with 1 code tables, expected 2 to 6");
        assertThat(header(0x8000, 0x8000, 7, 1))
                .contains("a block with 7 code tables, expected 2 to 6");
        assertThat(header(0x8000, 0x8000, 2, 0)).contains("a block without selectors");
        assertThat(header(0x8000, 0x8000, 2, 0x7fff)).contains("a selector of table 2 of 2");
    }

    private static String header(int rows, int used, int tables, int selectors) throws IOException {
        var block =
                new BitWriter()
                        .bits(Bzip2Format.BLOCK_MAGIC, 48)
                        .bits(0, 32 + 1)
                        .bits(0, 24)
                        .bits(rows, 16)
                        .bits(used, used == 0 ? 0 : 16)
                        .bits(tables, 3)
                        .bits(selectors, 15)
                        .bits(-1L, 48)
                        .bits(0, 1000);
        return String.valueOf(
                drain(new CraftedFile().begin(9).block(block, 0).toBytes()).error().getMessage());
    }

    @Test
    void aBlockThatNeverEndsIsDamageAndNotReadToTheEndOfTheFile() throws IOException {
        // Symbols without an end: the code 10, a place of the list, again and again, until no
        // block can be so long.
        byte[] stored = new byte[40_000_000];
        var block =
                new BitWriter()
                        .bits(Bzip2Format.BLOCK_MAGIC, 48)
                        .bits(0, 32 + 1)
                        .bits(0, 24)
                        .bits(0x8000, 16)
                        .bits(0xc000, 16)
                        .bits(2, 3)
                        .bits(0x7fff, 15)
                        .bits(0, 0x7fff);
        CraftedBlock.writeLengths(block, new int[] {20, 20, 1, 20});
        CraftedBlock.writeLengths(block, new int[] {20, 20, 1, 20});
        byte[] head = new CraftedFile().begin(9).block(block, 0).toBytes();
        System.arraycopy(head, 0, stored, 0, head.length);
        assertThat(drain(stored).error()).hasMessageContaining("a block of more than 900000 bytes");
    }

    @Test
    void aFileOfNothingButMagicsIsDamageSoon() throws IOException {
        var magics = new BitWriter();
        for (int i = 0; i < 100_000; i++) {
            magics.bits(Bzip2Format.BLOCK_MAGIC, 48);
        }
        var drained = drain(new CraftedFile().begin(9).block(magics, 0).toBytes());
        assertThat(drained.error().kind()).isEqualTo(ErrorKind.DATA);
    }

    @Test
    void aBlockOfRunsIsKeptAsSmallAsItIsStored() throws IOException {
        byte[] stored = Bzip2Samples.compress(new byte[45_000_000], 9);
        try (var pool = new BlockPool(1, 1)) {
            var lookahead = new Lookahead(pool, 0, 4);
            lookahead.append(stored, stored.length, new long[] {32});
            lookahead.end(null);
            var block = (Outcome.Block) lookahead.block(32);
            assertThat(block.length()).isGreaterThan(40_000_000);
            assertThat(block.data()).hasSizeLessThanOrEqualTo(Bzip2Format.MAX_BLOCK);
        }
    }

    @Test
    void aheadOfZeroStillReads() throws IOException {
        byte[] content = text(2000, 9);
        byte[] stored = new CraftedFile().begin(1).block(CraftedBlock.of(content)).end().toBytes();
        try (var pool = new BlockPool(1, 1, ByteSize.of(0))) {
            var decoder = Bzip2Decoder.open(new MemoryBytes(stored), pool, ResumePoint.START);
            assertThat(Drained.of(decoder, 7)).isEqualTo(whole(content));
        }
    }
}
