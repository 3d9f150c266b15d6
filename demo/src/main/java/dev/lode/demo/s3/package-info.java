/// A real S3 server inside the process, for the demo and for tests.
@NullMarked
package dev.lode.demo.s3;

import org.jspecify.annotations.NullMarked;
