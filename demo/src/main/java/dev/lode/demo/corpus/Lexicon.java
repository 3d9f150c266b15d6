package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The words and names that all texts are made of. Frequent words stand first and are drawn by
/// Zipf's law.
final class Lexicon {
    private static final int TICKETS = 1 << 16;

    /// Flattens the head of Zipf's curve a little, as English does.
    private static final double ZIPF_OFFSET = 2.7;

    private final byte[][] words;
    private final short[] tickets = new short[TICKETS];
    private final Map<String, byte[][]> names = new HashMap<>();

    Lexicon() {
        var distinct = new LinkedHashSet<String>();
        for (var line : lines("words.txt")) {
            distinct.addAll(List.of(line.split(" ", -1)));
        }
        words = distinct.stream().map(Lexicon::utf8).toArray(byte[][]::new);
        double all = 0;
        for (int i = 0; i < words.length; i++) {
            all += 1 / (i + ZIPF_OFFSET);
        }
        double sum = 0;
        int ticket = 0;
        for (int i = 0; i < words.length; i++) {
            sum += 1 / (i + ZIPF_OFFSET);
            int until = i == words.length - 1 ? TICKETS : (int) (TICKETS * (sum / all));
            while (ticket < until) {
                tickets[ticket++] = (short) i;
            }
        }
        var lists = new HashMap<String, List<String>>();
        for (var line : lines("names.txt")) {
            var parts = line.split(" ", -1);
            for (int i = 1; i < parts.length; i++) {
                lists.computeIfAbsent(parts[0], key -> new ArrayList<>())
                        .add(parts[i].replace('_', ' '));
            }
        }
        lists.forEach(
                (kind, list) ->
                        names.put(kind, list.stream().map(Lexicon::utf8).toArray(byte[][]::new)));
    }

    /// The word that 16 random bits stand for.
    byte[] word(int bits) {
        return words[tickets[bits & (TICKETS - 1)]];
    }

    /// The names of a kind: `first`, `last`, `city`, `state` and so on. Not to be changed.
    byte[][] names(String kind) {
        var list = names.get(kind);
        if (list == null) {
            throw LodeException.bug("names.txt: no kind \"" + kind + "\"", null);
        }
        return list;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> lines(String resource) {
        try (var stream = Objects.requireNonNull(Lexicon.class.getResourceAsStream(resource));
                var reader =
                        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
