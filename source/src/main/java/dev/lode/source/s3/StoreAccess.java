package dev.lode.source.s3;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/// Credentials for what is asked beside a store: its queues.
public final class StoreAccess {
    private StoreAccess() {}

    /// Found as the store's own are.
    public static AwsCredentialsProvider credentials(S3Settings.Access access) {
        return S3Clients.credentials(access);
    }
}
