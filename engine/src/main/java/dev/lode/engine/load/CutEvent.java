package dev.lode.engine.load;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// One batch, from its first byte to its last: decoded (or waited for) and cut into records.
@Name("dev.lode.Cut")
@Label("Cut")
@Category("Lode")
@Description("One batch decoded and cut into records; what is not decoding is cutting")
@StackTrace(false)
final class CutEvent extends Event {
    @Label("Item")
    String item = "";

    @Label("Records")
    long records;

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Decoding")
    @Description("Time inside reads of decoded bytes: decoding, or waiting for it")
    @Timespan
    long decoding;
}
