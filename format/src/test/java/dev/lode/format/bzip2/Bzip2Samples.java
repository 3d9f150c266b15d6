package dev.lode.format.bzip2;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Content and its compressed form, by encoders and decoders that are not ours.
final class Bzip2Samples {
    static final Path BZIP2 = Path.of("/usr/bin/bzip2");

    private Bzip2Samples() {}

    static byte[] compress(byte[] content, int level) {
        var out = new ByteArrayOutputStream();
        try (var bzip2 = new BZip2CompressorOutputStream(out, level)) {
            bzip2.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    static byte[] decompressWithCommons(byte[] stored) throws IOException {
        try (var in = new BZip2CompressorInputStream(new ByteArrayInputStream(stored), true)) {
            return in.readAllBytes();
        }
    }

    static boolean commandExists() {
        return Files.isExecutable(BZIP2);
    }

    /// What the reference implementation makes of `stored`; its standard error where it refuses.
    static byte[] decompressWithCommand(byte[] stored, Path folder)
            throws IOException, InterruptedException {
        return run(stored, folder, "-dc");
    }

    static byte[] compressWithCommand(byte[] content, Path folder, int level)
            throws IOException, InterruptedException {
        return run(content, folder, "-zc" + level);
    }

    private static byte[] run(byte[] input, Path folder, String option)
            throws IOException, InterruptedException {
        var in = Files.write(folder.resolve("in"), input);
        var out = folder.resolve("out");
        var process =
                new ProcessBuilder(BZIP2.toString(), option)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .start();
        var errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("bzip2 " + option + ": " + errors);
        }
        return Files.readAllBytes(out);
    }

    /// Lines of a few words, repeatable.
    static byte[] text(int size, long seed) {
        String[] words =
                "plaintiff,defendant,motion,court,the,of,and,denied,granted,\"\",2021-02-03,appeal,in re,v."
                        .split(",", -1);
        var random = new Random(seed);
        var text = new StringBuilder(size + 32);
        while (text.length() < size) {
            text.append(words[random.nextInt(words.length)])
                    .append(random.nextInt(9) == 0 ? '\n' : ' ');
            if (random.nextInt(20) == 0) {
                text.append(random.nextInt(1_000_000));
            }
        }
        text.setLength(size);
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] noise(int size, long seed) {
        byte[] noise = new byte[size];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
