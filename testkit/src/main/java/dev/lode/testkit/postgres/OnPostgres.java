package dev.lode.testkit.postgres;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The tests of this class, or this test, take a [Db] (a fresh database, the same for `@BeforeEach`
/// and the test, removed after it) or the [TestServer] as a parameter. Nearest annotation wins:
/// method, then class. A test whose server this machine does not have is skipped.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(PostgresExtension.class)
public @interface OnPostgres {
    /// The version, unless [EachPostgres] says each.
    PostgresVersion value() default PostgresVersion.NEWEST;

    /// See [ServerKind#durable].
    boolean durable() default false;

    /// See [ServerKind#minimalWal].
    boolean minimalWal() default false;
}
