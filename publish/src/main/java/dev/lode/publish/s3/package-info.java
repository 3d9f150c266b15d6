/// Brings generations to an S3 store: what the store has is not sent again.
@NullMarked
package dev.lode.publish.s3;

import org.jspecify.annotations.NullMarked;
