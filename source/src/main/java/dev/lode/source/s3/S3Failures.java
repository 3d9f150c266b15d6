package dev.lode.source.s3;

import dev.lode.core.LodeException;
import dev.lode.source.RetryAfterException;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Says in a sentence what went wrong, and whose turn it is.
final class S3Failures {
    private static final Set<String> CREDENTIALS =
            Set.of(
                    "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "ExpiredToken",
                    "InvalidToken",
                    "TokenRefreshRequired",
                    "RequestTimeTooSkewed");
    private static final Set<String> LATER =
            Set.of("SlowDown", "RequestTimeout", "Throttling", "ThrottlingException");

    private final S3Settings settings;
    private final String outcome;

    S3Failures(S3Settings settings) {
        this(settings, "nothing was read");
    }

    /// @param outcome what Lode did when it could not go on
    S3Failures(S3Settings settings, String outcome) {
        this.settings = settings;
        this.outcome = outcome;
    }

    static boolean isMissingBucket(AwsServiceException e) {
        return code(e).equals("NoSuchBucket");
    }

    /// @param e what the client threw: an SdkException, or the UncheckedIOException that it lets
    ///   out when an XML answer breaks off
    /// @throws InterruptedException when the failure is an interrupt of the calling thread
    LodeException of(String place, RuntimeException e) throws InterruptedException {
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            // The interrupt goes on as an exception, no longer as a flag.
            boolean _ = Thread.interrupted();
            var interrupted = new InterruptedException(place + ": request interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        return e instanceof AwsServiceException answered
                ? ofAnswer(place, answered)
                : ofSilence(place, e);
    }

    private LodeException ofAnswer(String place, AwsServiceException e) {
        String code = code(e);
        String answer = e.statusCode() + (code.isEmpty() ? "" : " " + code);
        if (isMissingBucket(e) || (e.statusCode() == 404 && code.isEmpty())) {
            return LodeException.usage(
                    place
                            + ": there is no bucket \""
                            + settings.bucket()
                            + "\" at "
                            + endpoint()
                            + "; "
                            + outcome
                            + "; check bucket and endpoint");
        }
        if (CREDENTIALS.contains(code)) {
            return LodeException.usage(
                    place
                            + ": "
                            + answer
                            + " for "
                            + asker()
                            + "; "
                            + outcome
                            + "; check the credentials and this machine's clock");
        }
        return switch (e.statusCode()) {
            case 401, 403 ->
                    LodeException.usage(
                            place
                                    + ": "
                                    + answer
                                    + " for "
                                    + asker()
                                    + "; "
                                    + outcome
                                    + "; "
                                    + (settings.access() instanceof S3Settings.Access.Anonymous
                                            ? "give credentials if it is not public, and check"
                                                    + " bucket and prefix"
                                            : "check that they may list and read this bucket"));
            case 301, 307, 308 ->
                    LodeException.usage(
                            place
                                    + ": "
                                    + answer
                                    + ": not in region \""
                                    + settings.region()
                                    + "\""
                                    + header(e, "x-amz-bucket-region")
                                            .map(region -> ", but in \"" + region + "\"")
                                            .orElse("")
                                    + "; "
                                    + outcome
                                    + "; set the region");
            case 408, 425, 429, 500, 502, 503, 504 -> later(place, answer, e);
            default ->
                    LATER.contains(code)
                            ? later(place, answer, e)
                            : LodeException.usage(
                                    place
                                            + ": "
                                            + answer
                                            + ": "
                                            + detail(e)
                                            + "; "
                                            + outcome
                                            + "; check endpoint, region and"
                                            + " prefix");
        };
    }

    private static LodeException later(String place, String answer, AwsServiceException e) {
        Throwable cause =
                retryAfter(e).<Throwable>map(pause -> new RetryAfterException(pause, e)).orElse(e);
        return LodeException.remote(place + ": " + answer + " from the store", cause);
    }

    /// `Retry-After` in seconds; a date is left to the back-off.
    private static Optional<Duration> retryAfter(AwsServiceException e) {
        return header(e, "Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    private static Optional<String> header(AwsServiceException e, String name) {
        return Optional.ofNullable(e.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()))
                .flatMap(response -> response.firstMatchingHeader(name));
    }

    private LodeException ofSilence(String place, RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("Unable to load credentials")
                || text.contains("Profile file contained no credentials")) {
            return LodeException.usage(
                    place
                            + ": no AWS credentials were found; "
                            + outcome
                            + "; set AWS_PROFILE"
                            + " or AWS_ACCESS_KEY_ID, or read a public bucket anonymously");
        }
        return LodeException.remote(place + ": no answer from " + endpoint() + ": " + rootOf(e), e);
    }

    private static String rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage();
        return text == null
                ? root.getClass().getSimpleName()
                : root.getClass().getSimpleName() + ": " + text;
    }

    /// Where requests go, for messages.
    String endpoint() {
        return settings.endpoint()
                .map(Object::toString)
                .orElse("Amazon S3 in " + settings.region());
    }

    private String asker() {
        return switch (settings.access()) {
            case S3Settings.Access.Anonymous() -> "a request without credentials";
            case S3Settings.Access.Keys(var accessKey, _, _) -> "access key \"" + accessKey + "\"";
            case S3Settings.Access.Chain(var profile) ->
                    profile.map(name -> "the credentials of profile \"" + name + "\"")
                            .orElse("the credentials of the AWS environment");
        };
    }

    private static String code(AwsServiceException e) {
        var details = e.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static String detail(AwsServiceException e) {
        var details = e.awsErrorDetails();
        return details == null || details.errorMessage() == null
                ? "no detail"
                : details.errorMessage();
    }
}
