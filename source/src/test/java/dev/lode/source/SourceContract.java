package dev.lode.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What every kind of source promises. A kind's test extends this and says how to make one.
public abstract class SourceContract {
    /// The source under test, empty at first, the same for the whole of one test.
    protected abstract Source source() throws Exception;

    /// Writes an item, over one of the same name.
    protected abstract void put(String name, byte[] content) throws IOException;

    protected abstract void remove(String name) throws IOException;

    @Test
    void emptyPlaceHasNoItems() throws Exception {
        assertThat(source().list()).isEmpty();
    }

    @Test
    void listsEveryItemOnceOrderedByKeyWithItsSize() throws Exception {
        put("b.csv", bytes("22"));
        put("a.csv", bytes("1"));
        put("below/c.csv", bytes(""));
        assertThat(source().list())
                .extracting(Item::name, Item::size)
                .containsExactly(tuple("a.csv", 1L), tuple("b.csv", 2L), tuple("below/c.csv", 0L));
        assertThat(source().list()).isEqualTo(source().list());
    }

    @Test
    void opensAnyRange() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        assertThat(read(source().open(item, 0, 10))).isEqualTo("0123456789");
        assertThat(read(source().open(item, 3, 4))).isEqualTo("3456");
        assertThat(read(source().open(item, 9, 1))).isEqualTo("9");
    }

    @Test
    void opensAnItemWithoutBytes() throws Exception {
        put("a", bytes(""));
        assertThat(read(source().open(only(), 0, 0))).isEmpty();
    }

    @Test
    void givesTheSameBytesToSeveralReadersAtOnce() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        try (var first = stream(source().open(item, 0, 10));
                var second = stream(source().open(item, 5, 5))) {
            assertThat(first.readNBytes(2)).isEqualTo(bytes("01"));
            assertThat(second.readAllBytes()).isEqualTo(bytes("56789"));
            assertThat(first.readAllBytes()).isEqualTo(bytes("23456789"));
        }
    }

    @Test
    void saysThatAnItemWasReplacedEvenByOneOfTheSameSize() throws Exception {
        put("a", bytes("old"));
        Item listed = only();
        put("a", bytes("new"));
        assertThat(source().open(listed, 0, 3)).isInstanceOf(Opened.Replaced.class);
        assertThat(source().checksum(listed)).isEmpty();

        Item now = source().lookUp(listed).orElseThrow();
        assertThat(now.sameVersion(listed)).isFalse();
        assertThat(read(source().open(now, 0, 3))).isEqualTo("new");
    }

    @Test
    void saysThatAnItemShrank() throws Exception {
        put("a", bytes("0123456789"));
        Item listed = only();
        put("a", bytes("0"));
        assertThat(source().open(listed, 8, 2)).isInstanceOf(Opened.Replaced.class);
    }

    @Test
    void saysThatAnItemIsGone() throws Exception {
        put("a", bytes("old"));
        Item listed = only();
        remove("a");
        assertThat(source().open(listed, 0, 3)).isInstanceOf(Opened.Gone.class);
        assertThat(source().lookUp(listed)).isEmpty();
        assertThat(source().checksum(listed)).isEmpty();
    }

    @Test
    void looksUpWhatItListed() throws Exception {
        put("a", bytes("old"));
        Item listed = only();
        assertThat(source().lookUp(listed))
                .hasValueSatisfying(found -> assertThat(found.sameVersion(listed)).isTrue());
    }

    @Test
    void givesTheBytesToDecodeFromAnyOffset() throws Exception {
        put("a", bytes("0123456789"));
        var bytes = new ItemBytes(source(), only());
        assertThat(bytes.size()).isEqualTo(10);
        try (var in = bytes.open(7)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("789"));
        }
        try (var in = bytes.open(10)) {
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    protected final Item only() throws Exception {
        List<Item> items = source().list();
        assertThat(items).hasSize(1);
        return items.getFirst();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static InputStream stream(Opened opened) {
        assertThat(opened).isInstanceOf(Opened.Bytes.class);
        return ((Opened.Bytes) opened).stream();
    }

    protected static String read(Opened opened) throws IOException {
        try (var in = stream(opened)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.api.Assertions.tuple(values);
    }
}
