package dev.lode.postgres;

import java.security.GeneralSecurityException;
import java.sql.Driver;
import java.sql.DriverManager;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// What the first connection of a process needs of the JVM: the driver, and the cryptography behind
/// SCRAM passwords, which takes 40 to 60 ms to load.
public final class FirstConnection {
    private FirstConnection() {}

    /// Begins to load it on a thread of its own, beside whatever comes before the first connection.
    /// Nothing hangs on it: what is missing is loaded by the connection, which also tells what is
    /// wrong.
    public static void prepare() {
        Thread.ofPlatform()
                .daemon()
                .name("prepare-connection")
                .start(
                        () -> {
                            DriverManager.drivers().forEach(Driver::getMajorVersion);
                            deriveAnyKey();
                        });
    }

    private static void deriveAnyKey() {
        try {
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(new char[] {'x'}, new byte[16], 1, 256));
        } catch (GeneralSecurityException e) {
            // A JVM without it may still reach servers that ask for no password.
        }
    }
}
