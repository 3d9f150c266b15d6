package dev.lode.testkit.http;

import static dev.lode.testkit.http.FaultyProxy.getOf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class FaultyProxyTest {
    private final TestBucket bucket = TestBucket.fresh();
    private final FaultyProxy proxy = FaultyProxy.before(bucket.endpoint());
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void put() {
        bucket.put("a", "hello".getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        client.close();
        proxy.close();
    }

    @Test
    void passesWhatNoRuleMatchesAndLogsIt() throws Exception {
        assertThat(get("a", "bytes=1-3").body()).isEqualTo("ell");
        assertThat(proxy.requests())
                .singleElement()
                .satisfies(
                        request -> {
                            assertThat(request.path()).isEqualTo("/" + bucket.name() + "/a");
                            assertThat(request.header("Range")).hasValue("bytes=1-3");
                            assertThat(request.rangeStart()).isEqualTo(1);
                        });
    }

    @Test
    void answersByItselfAsOftenAsTold() throws Exception {
        proxy.times(2, getOf("/a"), new Fault.Answer(503, Map.of("Retry-After", "7"), "busy"));
        var first = get("a", "bytes=0-");
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("retry-after")).hasValue("7");
        assertThat(get("a", "bytes=0-").statusCode()).isEqualTo(503);
        assertThat(get("a", "bytes=0-").body()).isEqualTo("hello");
    }

    @Test
    void cutsRefusesAndLiesAboutLengths() {
        proxy.once(getOf("/a"), new Fault.CutAfter(2));
        assertThatThrownBy(() -> get("a", "bytes=0-")).isInstanceOf(IOException.class);
        proxy.once(getOf("/a"), new Fault.LieAboutLength(3));
        assertThatThrownBy(() -> get("a", "bytes=0-")).isInstanceOf(IOException.class);
        proxy.always(getOf("/a"), new Fault.Refuse());
        assertThatThrownBy(() -> get("a", "bytes=0-")).isInstanceOf(IOException.class);
    }

    @Test
    void shortensCorruptsAndDropsHeaders() throws Exception {
        proxy.once(getOf("/a"), new Fault.LieAboutLength(-3));
        assertThat(get("a", "bytes=0-").body()).isEqualTo("he");
        proxy.once(getOf("/a"), new Fault.Corrupt(4));
        assertThat(get("a", "bytes=0-").body()).startsWith("hell").isNotEqualTo("hello");
        proxy.once(getOf("/a"), new Fault.Without("content-length"));
        assertThat(get("a", "bytes=0-").headers().firstValue("content-length")).isEmpty();
    }

    @Test
    void stallsUntilTheClientGivesUp() throws Exception {
        proxy.once(getOf("/a"), new Fault.StallAfter(2));
        var stalled =
                client.sendAsync(request("a", "bytes=0-"), HttpResponse.BodyHandlers.ofString());
        proxy.awaitStall();
        assertThat(stalled).isNotDone();
        stalled.cancel(true);
    }

    @Test
    void actsInTheMiddleOfAnAnswer() throws Exception {
        proxy.once(getOf("/a"), new Fault.Amid(2, () -> bucket.put("a", new byte[] {'!'})));
        assertThat(get("a", "bytes=0-").body()).isEqualTo("hello");
        assertThat(get("a", "bytes=0-").body()).isEqualTo("!");
    }

    private HttpResponse<String> get(String key, String range)
            throws IOException, InterruptedException {
        return client.send(request(key, range), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String key, String range) {
        return HttpRequest.newBuilder(
                        URI.create(proxy.endpoint() + "/" + bucket.name() + "/" + key))
                .header("Range", range)
                .build();
    }
}
