/// Buckets of a real S3 server.
@NullMarked
package dev.lode.testkit.s3;

import org.jspecify.annotations.NullMarked;
