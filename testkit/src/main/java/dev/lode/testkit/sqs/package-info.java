/// A queue that speaks Amazon's SQS.
@NullMarked
package dev.lode.testkit.sqs;

import org.jspecify.annotations.NullMarked;
