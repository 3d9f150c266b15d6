package dev.lode.source.s3;

import static dev.lode.testkit.http.FaultyProxy.getOf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.Secret;
import dev.lode.demo.s3.LocalS3Server;
import dev.lode.source.Checksum;
import dev.lode.source.Item;
import dev.lode.source.RetryAfterException;
import dev.lode.source.Source;
import dev.lode.source.SourceContract;
import dev.lode.testkit.http.Fault;
import dev.lode.testkit.http.FaultyProxy;
import dev.lode.testkit.http.Request;
import dev.lode.testkit.s3.TestBucket;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

class S3SourceTest extends SourceContract {
    private final TestBucket bucket = TestBucket.fresh();
    private final FaultyProxy proxy = FaultyProxy.before(bucket.endpoint());
    private final Source source = S3Source.of(settings());

    private S3Settings settings() {
        return S3Settings.anonymous(bucket.name(), "p/", "us-west-2")
                .at(proxy.endpoint())
                .withLimits(
                        new S3Settings.Limits(
                                1_000, 3, 8, Duration.ofSeconds(5), Duration.ofSeconds(30)));
    }

    @AfterEach
    void close() {
        source.close();
        proxy.close();
    }

    @Override
    protected Source source() {
        return source;
    }

    @Override
    protected void put(String name, byte[] content) {
        bucket.put("p/" + name, content);
    }

    @Override
    protected void remove(String name) {
        bucket.remove("p/" + name);
    }

    @Test
    void listsMoreThanOnePage() throws Exception {
        IntStream.range(0, 1_050).forEach(i -> put(String.format("%05d", i), bytes("x")));
        put("folder/", bytes(""));
        bucket.put("elsewhere", bytes("x"));

        assertThat(source.list())
                .hasSize(1_050)
                .extracting(Item::name)
                .startsWith("00000", "00001")
                .endsWith("01049");
        assertThat(proxy.requests()).hasSize(2);
    }

    @Test
    void pagesOfAListingHaveABound() {
        IntStream.range(0, 7).forEach(i -> put("k" + i, bytes("x")));
        var limits = new S3Settings.Limits(2, 3, 8, Duration.ofSeconds(5), Duration.ofSeconds(5));
        try (var small = S3Source.of(settings().withLimits(limits))) {
            fails(small::list, ErrorKind.USAGE, "more than 3 pages of 2 keys");
        }
    }

    @Test
    void asksForTheRangeOfTheListedVersion() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        read(source.open(item, 3, 4));
        Request get = proxy.requests(getOf("/p/a")).getLast();
        assertThat(get.header("range")).hasValue("bytes=3-6");
        assertThat(get.header("if-match")).hasValue("\"" + item.versionTag() + "\"");
        assertThat(get.header("authorization")).isEmpty();
    }

    @Test
    void noticesAReplacedObjectWhereTheStoreIgnoresIfMatch() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        proxy.once(getOf("/p/a"), new Fault.WithHeader("ETag", "\"other\""));
        assertThat(source.open(item, 0, 10)).isInstanceOf(dev.lode.source.Opened.Replaced.class);
    }

    @Test
    void readsPastTheFrontWhereTheStoreIgnoresRanges() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        proxy.once(
                getOf("/p/a"),
                new Fault.Answer(
                        200, Map.of("ETag", "\"" + item.versionTag() + "\""), "0123456789"));
        assertThat(read(source.open(item, 3, 4))).isEqualTo("3456");
    }

    @Test
    void refusesAnAnswerOfAnotherLengthThanListed() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        proxy.once(getOf("/p/a"), new Fault.WithHeader("Content-Range", "bytes 0-3/11"));
        fails(
                () -> source.open(item, 0, 4),
                ErrorKind.REMOTE,
                "11 bytes by the answer, 10 by the listing");
        proxy.once(getOf("/p/a"), new Fault.WithHeader("Content-Range", "bytes 1-4/10"));
        fails(
                () -> source.open(item, 0, 4),
                ErrorKind.REMOTE,
                "bytes from 0 asked for, \"bytes 1-4/10\" answered");
    }

    @Test
    void doesNotTryAgainByItself() {
        put("a", bytes("x"));
        proxy.always(request -> true, new Fault.Answer(500));
        fails(source::list, ErrorKind.REMOTE, "500 from the store");
        assertThat(proxy.requests()).hasSize(1);
    }

    @Test
    void passesOnWhenToComeBack() {
        proxy.once(request -> true, new Fault.Answer(429, Map.of("Retry-After", "7"), ""));
        assertThatThrownBy(source::list)
                .hasMessageContaining("429 from the store")
                .cause()
                .isInstanceOfSatisfying(
                        RetryAfterException.class,
                        e -> assertThat(e.pause()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void silenceOnAnOpenConnectionIsARemoteFailure() {
        proxy.always(request -> true, new Fault.StallAfter(0));
        var limits =
                new S3Settings.Limits(1_000, 3, 8, Duration.ofSeconds(5), Duration.ofMillis(100));
        try (var impatient = S3Source.of(settings().withLimits(limits))) {
            fails(impatient::list, ErrorKind.REMOTE, "no answer from " + proxy.endpoint());
        }
    }

    @Test
    void listingThatBreaksOffIsARemoteFailureAndNotAShortListing() {
        IntStream.range(0, 9).forEach(i -> put("k" + i, bytes("x")));
        proxy.once(request -> true, new Fault.CutAfter(700));
        fails(source::list, ErrorKind.REMOTE, "s3://" + bucket.name() + "/p/: no answer from ");
        proxy.once(
                request -> true,
                new Fault.Answer(200, Map.of(), "<ListBucketResult><Contents><Key>k0</Key>"));
        fails(source::list, ErrorKind.REMOTE, "s3://" + bucket.name() + "/p/: no answer from ");
    }

    @Test
    void serverThatIsNotThereIsARemoteFailure() {
        proxy.close();
        fails(source::list, ErrorKind.REMOTE, "no answer from " + proxy.endpoint());
    }

    @Test
    void cutStreamEndsWithAnErrorAndNotEarly() throws Exception {
        put("a", bytes("0123456789"));
        Item item = only();
        proxy.once(getOf("/p/a"), new Fault.CutAfter(4));
        try (var in = stream(source.open(item, 0, 10))) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void interruptEndsARequestUnderWay() throws Exception {
        proxy.always(request -> true, new Fault.StallAfter(0));
        var outcome = new CompletableFuture<Throwable>();
        try (var patient = S3Source.of(settings().withLimits(S3Settings.Limits.DEFAULT))) {
            Thread reader =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            patient.list();
                                        } catch (InterruptedException | RuntimeException e) {
                                            outcome.complete(e);
                                        }
                                    });
            proxy.awaitStall();
            reader.interrupt();
            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void takesTheTagOfASinglePartObjectForItsMd5() throws Exception {
        put("a", bytes("hello"));
        assertThat(source.checksum(only()))
                .hasValue(new Checksum(Checksum.Algorithm.MD5, "5d41402abc4b2a76b9719d911017c592"));
    }

    @Test
    void takesTheWholeObjectsChecksumWhereTheStoreGivesOne() throws Exception {
        put("a", bytes("123456789"));
        Item item = only();
        proxy.once(
                request -> request.method().equals("HEAD"),
                new Fault.WithHeader("x-amz-checksum-crc64nvme", "rosUhgp5mIg="));
        assertThat(source.checksum(item))
                .hasValue(new Checksum(Checksum.Algorithm.CRC64NVME, "ae8b14860a799888"));
    }

    @Test
    void doesNotTakeTheTagOfAnEncryptedObjectForItsMd5() throws Exception {
        put("a", bytes("hello"));
        Item item = only();
        proxy.once(
                request -> request.method().equals("HEAD"),
                new Fault.WithHeader("x-amz-server-side-encryption", "aws:kms"));
        assertThat(source.checksum(item)).isEmpty();
    }

    @Test
    void looksInTheListingWhenHeadHasNoLength() throws Exception {
        put("a", bytes("hello"));
        Item item = only();
        proxy.once(request -> request.method().equals("HEAD"), new Fault.Without("Content-Length"));
        assertThat(source.lookUp(item)).hasValue(item);
    }

    @Test
    void doesWithoutHeadWhereTheStoreRefusesIt() throws Exception {
        put("a", bytes("hello"));
        put("ab", bytes("other"));
        Item item = source.list().getFirst();
        proxy.always(request -> request.method().equals("HEAD"), new Fault.Answer(405));
        assertThat(source.lookUp(item)).hasValue(item);
        assertThat(source.checksum(item)).isEmpty();
        remove("a");
        assertThat(source.lookUp(item)).isEmpty();
    }

    @Test
    void takesAWeakTagOfTheSameVersionForIt() throws Exception {
        put("a", bytes("hello"));
        Item item = only();
        proxy.once(getOf("/p/a"), new Fault.WithHeader("ETag", "W/\"" + item.versionTag() + "\""));
        assertThat(read(source.open(item, 0, 5))).isEqualTo("hello");
    }

    @Test
    void missingBucketIsTheUsersToFix() {
        var missing =
                S3Settings.anonymous("no-such-bucket", "p/", "us-west-2").at(bucket.endpoint());
        try (var other = S3Source.of(missing)) {
            fails(
                    other::list,
                    ErrorKind.USAGE,
                    "there is no bucket \"no-such-bucket\" at " + bucket.endpoint());
        }
    }

    @Test
    void credentialsAreCheckedAndNeverPrinted() throws Exception {
        try (var server = LocalS3Server.inMemory("right-key", Secret.of("right-secret"))) {
            server.createBucket("closed");
            server.put("closed", "p/a", bytes("x"));
            var closed = S3Settings.anonymous("closed", "p/", "us-west-2").at(server.endpoint());
            try (var right = S3Source.of(closed.withAccess(keys("right-key", "right-secret")))) {
                assertThat(read(right.open(right.list().getFirst(), 0, 1))).isEqualTo("x");
            }
            try (var nobody = S3Source.of(closed)) {
                fails(
                        nobody::list,
                        ErrorKind.USAGE,
                        "403 AccessDenied for a request without credentials");
            }
            try (var wrong = S3Source.of(closed.withAccess(keys("right-key", "wrong-secret")))) {
                fails(
                        wrong::list,
                        ErrorKind.USAGE,
                        "403 SignatureDoesNotMatch for access key \"right-key\"");
                assertThatThrownBy(wrong::list).message().doesNotContain("wrong-secret");
            }
            assertThat(keys("a", "wrong-secret").toString()).doesNotContain("wrong-secret");
        }
    }

    @Test
    void missingCredentialsAndProfilesAreTheUsersToFix() {
        var nowhere =
                Map.of(
                        "aws.sharedCredentialsFile", "/nowhere/credentials",
                        "aws.configFile", "/nowhere/config",
                        "aws.disableEc2Metadata", "true");
        nowhere.forEach(System::setProperty);
        try {
            for (var profile : List.of(Optional.<String>empty(), Optional.of("no-such-profile"))) {
                try (var chain =
                        S3Source.of(settings().withAccess(new S3Settings.Access.Chain(profile)))) {
                    fails(
                            chain::list,
                            ErrorKind.USAGE,
                            "no AWS credentials were found; nothing was read");
                }
            }
            assertThat(proxy.requests()).isEmpty();
        } finally {
            nowhere.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void otherRegionIsNamed() {
        proxy.once(
                request -> true,
                new Fault.Answer(
                        301,
                        Map.of("x-amz-bucket-region", "eu-central-1"),
                        "<Error><Code>PermanentRedirect</Code></Error>"));
        fails(
                source::list,
                ErrorKind.USAGE,
                "not in region \"us-west-2\", but in \"eu-central-1\"");
    }

    @Test
    void listingWithoutAWayOnIsAnError() {
        proxy.always(
                request -> true,
                new Fault.Answer(
                        200,
                        Map.of(),
                        "<ListBucketResult><IsTruncated>true</IsTruncated>"
                            + "<NextContinuationToken>same</NextContinuationToken></ListBucketResult>"));
        fails(source::list, ErrorKind.REMOTE, "but not from where");
    }

    @Test
    void pageOfAnotherServerIsNoEmptyListing() {
        proxy.once(
                request -> true,
                new Fault.Answer(200, Map.of(), "<html><body>Sign in</body></html>"));
        fails(
                source::list,
                ErrorKind.REMOTE,
                "the answer from " + proxy.endpoint() + " is no listing");
    }

    @Test
    void settingsRefuseNonsense() {
        assertThatThrownBy(() -> S3Settings.anonymous("Bucket", "", "us-west-2"))
                .hasMessageContaining("\"Bucket\": not a bucket's name");
        assertThatThrownBy(() -> settings().at(URI.create("http://user:secret@host/")))
                .hasMessageContaining("holds a user name")
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> settings().at(URI.create("bucket")))
                .hasMessageContaining("not an address");
    }

    private static S3Settings.Access keys(String key, String secret) {
        return new S3Settings.Access.Keys(key, Secret.of(secret), Optional.empty());
    }

    private static void fails(ThrowingCallable act, ErrorKind kind, String sentence) {
        assertThatThrownBy(act)
                .hasMessageContaining(sentence)
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
