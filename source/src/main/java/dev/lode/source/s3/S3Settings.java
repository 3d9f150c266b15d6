package dev.lode.source.s3;

import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where objects are and how to reach them: any store that speaks S3.
///
/// @param endpoint of an S3-compatible store; nothing for Amazon's own in `region`
/// @param bucket 3 to 63 lower-case letters, digits, dots and dashes
/// @param prefix of the keys to list, empty for all; ends with `/` when it means a folder
/// @param region as the store names it
/// @param pathStyle whether the bucket stands in the path (`host/bucket/key`) and not in the host's
///   name
/// @param access who asks
/// @param limits bounds on requests
public record S3Settings(
        Optional<URI> endpoint,
        String bucket,
        String prefix,
        String region,
        boolean pathStyle,
        Access access,
        Limits limits) {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    public S3Settings {
        if (!BUCKET.matcher(bucket).matches()) {
            throw LodeException.usage(
                    "bucket \""
                            + bucket
                            + "\": not a bucket's name, expected 3 to 63 lower-case letters,"
                            + " digits, dots and dashes");
        }
        if (region.isBlank()) {
            throw LodeException.usage(
                    "bucket \"" + bucket + "\": no region given, expected one such as us-east-1");
        }
        endpoint.ifPresent(S3Settings::check);
    }

    /// A public bucket of Amazon's, read without credentials.
    public static S3Settings anonymous(String bucket, String prefix, String region) {
        return new S3Settings(
                Optional.empty(),
                bucket,
                prefix,
                region,
                false,
                new Access.Anonymous(),
                Limits.DEFAULT);
    }

    /// The same at another S3-compatible store, with the bucket in the path.
    public S3Settings at(URI otherEndpoint) {
        return new S3Settings(
                Optional.of(otherEndpoint), bucket, prefix, region, true, access, limits);
    }

    public S3Settings withAccess(Access other) {
        return new S3Settings(endpoint, bucket, prefix, region, pathStyle, other, limits);
    }

    public S3Settings withLimits(Limits other) {
        return new S3Settings(endpoint, bucket, prefix, region, pathStyle, access, other);
    }

    private static void check(URI endpoint) {
        boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!web || endpoint.getHost() == null) {
            throw LodeException.usage(
                    "S3 endpoint \""
                            + withoutUser(endpoint)
                            + "\": not an address, expected http://host:port or https://host");
        }
        if (endpoint.getUserInfo() != null) {
            throw LodeException.usage(
                    "S3 endpoint \""
                            + withoutUser(endpoint)
                            + "\": holds a user name; give credentials through the AWS profile or"
                            + " environment instead");
        }
    }

    private static String withoutUser(URI endpoint) {
        return endpoint.toString().replaceFirst("//[^/]*@", "//***@");
    }

    /// Who asks.
    public sealed interface Access {
        /// Nobody: requests are not signed, as public buckets allow.
        record Anonymous() implements Access {}

        /// Credentials given in the settings.
        record Keys(String accessKey, Secret secretKey, Optional<Secret> sessionToken)
                implements Access {}

        /// Credentials found as every AWS tool finds them: environment, system properties, profile
        /// files, instance role.
        ///
        /// @param profile of the profile files; the default one when nothing is given
        record Chain(Optional<String> profile) implements Access {}
    }

    /// Bounds on requests.
    ///
    /// @param pageSize keys asked for in one page of a listing, 1 to 1,000
    /// @param mostPages pages of a listing; more are an error
    /// @param connections open at once
    /// @param connectTimeout until a connection stands
    /// @param silenceTimeout without a byte on an open connection, after which it counts as lost
    public record Limits(
            int pageSize,
            int mostPages,
            int connections,
            Duration connectTimeout,
            Duration silenceTimeout) {
        /// A million keys, 64 connections, 10 s to connect, 30 s of silence.
        public static final Limits DEFAULT =
                new Limits(1_000, 1_000, 64, Duration.ofSeconds(10), Duration.ofSeconds(30));

        public Limits {
            if (pageSize < 1 || pageSize > 1_000 || mostPages < 1 || connections < 1) {
                throw LodeException.usage(
                        "S3 limits: "
                                + pageSize
                                + " keys a page, "
                                + mostPages
                                + " pages, "
                                + connections
                                + " connections; expected 1 to 1,000 keys and at least 1 of the"
                                + " others");
            }
            if (!connectTimeout.isPositive() || !silenceTimeout.isPositive()) {
                throw LodeException.usage(
                        "S3 limits: timeouts of "
                                + connectTimeout.toMillis()
                                + " ms and "
                                + silenceTimeout.toMillis()
                                + " ms, expected more than 0 ms");
            }
        }
    }
}
