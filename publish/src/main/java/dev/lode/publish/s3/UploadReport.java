package dev.lode.publish.s3;

/// What an upload came to.
///
/// @param objects written
/// @param sent bytes that went over the network
/// @param copied bytes that the store copied
/// @param skipped bytes of objects that were there
/// @param aborted unfinished uploads of an interrupted process that were dropped
public record UploadReport(int objects, long sent, long copied, long skipped, int aborted) {}
