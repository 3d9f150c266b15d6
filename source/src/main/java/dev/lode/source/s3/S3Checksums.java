package dev.lode.source.s3;

import dev.lode.source.Checksum;
import dev.lode.source.Checksum.Algorithm;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What an answer to HEAD says about the bytes of the whole object. Composite checksums (over the
/// checksums of parts) and multipart ETags say nothing about them; nor does the ETag of an object
/// encrypted with a key of KMS or the client, which is no MD5 (Amazon S3 user guide, "Checking
/// object integrity").
final class S3Checksums {
    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

    private S3Checksums() {}

    static Optional<Checksum> of(HeadObjectResponse head) {
        return Stream.of(
                        ofHeader(head, Algorithm.CRC64NVME, head.checksumCRC64NVME()),
                        ofHeader(head, Algorithm.CRC32C, head.checksumCRC32C()),
                        ofHeader(head, Algorithm.CRC32, head.checksumCRC32()),
                        ofHeader(head, Algorithm.SHA256, head.checksumSHA256()),
                        ofHeader(head, Algorithm.SHA1, head.checksumSHA1()),
                        ofTag(head))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Checksum> ofHeader(
            HeadObjectResponse head, Algorithm algorithm, @Nullable String base64) {
        if (base64 == null
                || base64.contains("-")
                || head.checksumType() == ChecksumType.COMPOSITE) {
            return Optional.empty();
        }
        return Optional.of(
                new Checksum(
                        algorithm, HexFormat.of().formatHex(Base64.getDecoder().decode(base64))));
    }

    private static Optional<Checksum> ofTag(HeadObjectResponse head) {
        String tag = head.eTag() == null ? "" : head.eTag().replace("\"", "");
        boolean plain =
                head.serverSideEncryption() == null
                        || head.serverSideEncryption() == ServerSideEncryption.AES256;
        return plain && head.sseCustomerAlgorithm() == null && MD5.matcher(tag).matches()
                ? Optional.of(new Checksum(Algorithm.MD5, tag))
                : Optional.empty();
    }
}
