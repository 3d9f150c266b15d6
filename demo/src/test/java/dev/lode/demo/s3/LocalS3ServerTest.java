package dev.lode.demo.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

class LocalS3ServerTest {
    @Test
    void servesAFolderOfPlainFilesWithTagsRangesAndIfMatch(@TempDir Path buckets) throws Exception {
        Path file = Files.createDirectories(buckets.resolve("bucket/bulk-data")).resolve("a.txt");
        Files.writeString(file, "hello");
        try (var server = LocalS3Server.overFolder(buckets)) {
            String listing = get(server, "/bucket?list-type=2&prefix=bulk-data/").body();
            var whole = get(server, "/bucket/bulk-data/a.txt");
            String tag = whole.headers().firstValue("etag").orElseThrow();

            assertThat(listing)
                    .contains(
                            "<Key>bulk-data/a.txt</Key>", "<Size>5</Size>", tag.replace("\"", ""));
            assertThat(tag).matches("\"[0-9a-f]{32}-1\"");
            assertThat(whole.body()).isEqualTo("hello");
            var range =
                    get(server, "/bucket/bulk-data/a.txt", "Range", "bytes=1-3", "If-Match", tag);
            assertThat(range.statusCode()).isEqualTo(206);
            assertThat(range.body()).isEqualTo("ell");

            Files.writeString(file, "other");
            assertThat(get(server, "/bucket/bulk-data/a.txt", "If-Match", tag).statusCode())
                    .isEqualTo(412);
            assertThat(get(server, "/bucket/bulk-data/b.txt", "If-Match", tag).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void listsMoreThanAThousandObjectsInPages() throws Exception {
        try (var server = LocalS3Server.inMemory()) {
            server.createBucket("bucket");
            IntStream.range(0, 1_001)
                    .forEach(i -> server.put("bucket", String.format("p/%05d", i), new byte[] {1}));

            String first = get(server, "/bucket?list-type=2&prefix=p/").body();
            assertThat(first).contains("<IsTruncated>true</IsTruncated>");
            var token = Pattern.compile("<NextContinuationToken>([^<]+)<").matcher(first);
            assertThat(token.find()).isTrue();
            String second =
                    get(
                                    server,
                                    "/bucket?list-type=2&prefix=p/&continuation-token="
                                            + token.group(1))
                            .body();
            assertThat(second)
                    .contains(
                            "<KeyCount>1</KeyCount>",
                            "p/01000",
                            "<IsTruncated>false</IsTruncated>");
        }
    }

    @Test
    void tagsWhatWasUploadedWithItsMd5(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("below"));
        Files.writeString(folder.resolve("below/a.txt"), "hello");
        try (var server = LocalS3Server.inMemory()) {
            server.createBucket("bucket");
            server.upload("bucket", "p/", folder);

            var whole = get(server, "/bucket/p/below/a.txt");
            assertThat(whole.body()).isEqualTo("hello");
            assertThat(whole.headers().firstValue("etag"))
                    .hasValue("\"5d41402abc4b2a76b9719d911017c592\"");
            server.remove("bucket", "p/below/a.txt");
            assertThat(get(server, "/bucket/p/below/a.txt").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void turnsAwayWhoDoesNotSign() throws Exception {
        try (var server = LocalS3Server.inMemory("key", Secret.of("secret"))) {
            server.createBucket("bucket");
            server.put("bucket", "a", "hello".getBytes(StandardCharsets.UTF_8));
            assertThat(get(server, "/bucket/a").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void refusesAFolderThatIsNotThere(@TempDir Path folder) {
        assertThatThrownBy(() -> LocalS3Server.overFolder(folder.resolve("gone")))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("is not a folder");
    }

    private static HttpResponse<String> get(LocalS3Server server, String path, String... headers)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(server.endpoint() + path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
