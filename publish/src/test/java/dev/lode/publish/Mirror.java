package dev.lode.publish;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/// Somebody who has a generation and follows the change feeds only.
final class Mirror {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Corpus held;
    private long generation;
    private String content;

    Mirror(Corpus held, Manifest manifest) {
        this.held = held.copy();
        this.generation = manifest.generation();
        this.content = manifest.content();
    }

    Corpus held() {
        return held;
    }

    void follow(Path folder, Manifest latest) throws IOException {
        while (generation < latest.generation()) {
            var feed =
                    latest.feeds().stream()
                            .filter(one -> one.from() == generation)
                            .findFirst()
                            .orElseThrow();
            byte[] file = Files.readAllBytes(folder.resolve(feed.path()));
            assertThat(Manifest.sha256(file)).isEqualTo(feed.sha256());
            assertThat(file).hasSize((int) feed.bytes());
            apply(folder.resolve(feed.path()));
            generation = feed.to();
        }
        assertThat(content).isEqualTo(latest.content());
    }

    private void apply(Path feed) throws IOException {
        boolean ended = false;
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(feed)),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                var node = JSON.readTree(line);
                ended = apply(node);
            }
        }
        assertThat(ended).isTrue();
    }

    private boolean apply(JsonNode line) {
        switch (line.required("op").asString()) {
            case "begin" -> {
                assertThat(line.required("from_content").asString()).isEqualTo(content);
                content = line.required("to_content").asString();
            }
            case "upsert" ->
                    held.partition(line.required("partition").asString())
                            .map()
                            .put(line.required("key").asString(), contentOf(line));
            case "delete" ->
                    assertThat(
                                    held.partition(line.required("partition").asString())
                                            .map()
                                            .remove(line.required("key").asString()))
                            .isNotNull();
            case "reset" -> held.partition(line.required("partition").asString()).map().clear();
            case "end" -> {
                return true;
            }
            default -> throw new AssertionError(line);
        }
        return false;
    }

    private static byte[] contentOf(JsonNode line) {
        return line.has("content")
                ? line.required("content").asString().getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(line.required("content_base64").asString());
    }
}
