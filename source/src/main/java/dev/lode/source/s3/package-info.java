/// Objects of any S3-compatible store as a source.
@NullMarked
package dev.lode.source.s3;

import org.jspecify.annotations.NullMarked;
