/// Queues that speak Amazon's SQS, and tell of new objects in a bucket.
@NullMarked
package dev.lode.source.sqs;

import org.jspecify.annotations.NullMarked;
