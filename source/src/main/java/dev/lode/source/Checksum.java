package dev.lode.source;

import dev.lode.core.LodeException;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// What a source says the bytes of a whole item sum up to.
///
/// @param hex the value, in lower case, most significant byte first
public record Checksum(Algorithm algorithm, String hex) {
    /// The checksums that S3 offers for whole objects, and MD5, which a single-part ETag is.
    public enum Algorithm {
        MD5,
        SHA1,
        SHA256,
        CRC32,
        CRC32C,
        CRC64NVME
    }

    @Override
    public String toString() {
        return algorithm + " " + hex;
    }

    /// A summation of bytes that arrive in order, not safe for several threads.
    public Sum begin() {
        return switch (algorithm) {
            case MD5 -> digest("MD5");
            case SHA1 -> digest("SHA-1");
            case SHA256 -> digest("SHA-256");
            case CRC32 -> crc(new CRC32());
            case CRC32C -> crc(new CRC32C());
            case CRC64NVME -> new Crc64Nvme();
        };
    }

    /// A summation under way.
    public interface Sum {
        void update(byte[] bytes, int offset, int length);

        /// The sum of everything seen, in the form of [Checksum#hex()]. The summation is used up.
        String hex();
    }

    private static Sum digest(String name) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no " + name, e);
        }
        return new Sum() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }

            @Override
            public String hex() {
                return HexFormat.of().formatHex(digest.digest());
            }
        };
    }

    private static Sum crc(java.util.zip.Checksum crc) {
        return new Sum() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                crc.update(bytes, offset, length);
            }

            @Override
            public String hex() {
                return HexFormat.of()
                        .formatHex(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
            }
        };
    }
}
