package dev.lode.source.s3;

import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Clients whose own retries are off: [dev.lode.source.Retry] is the one place for them.
final class S3Clients {
    private S3Clients() {}

    /// Opens no connection yet.
    static S3Client of(S3Settings settings) {
        var limits = settings.limits();
        var builder =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .credentialsProvider(credentials(settings.access()))
                        .forcePathStyle(settings.pathStyle())
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .httpClientBuilder(
                                Apache5HttpClient.builder()
                                        .maxConnections(limits.connections())
                                        .connectionTimeout(limits.connectTimeout())
                                        .socketTimeout(limits.silenceTimeout()));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    static AwsCredentialsProvider credentials(S3Settings.Access access) {
        return switch (access) {
            case S3Settings.Access.Anonymous() -> AnonymousCredentialsProvider.create();
            case S3Settings.Access.Keys(var key, var secret, var token) ->
                    StaticCredentialsProvider.create(
                            token.isPresent()
                                    ? AwsSessionCredentials.create(
                                            key, secret.reveal(), token.get().reveal())
                                    : AwsBasicCredentials.create(key, secret.reveal()));
            case S3Settings.Access.Chain(var profile) -> {
                var chain = DefaultCredentialsProvider.builder();
                profile.ifPresent(chain::profileName);
                yield chain.build();
            }
        };
    }
}
