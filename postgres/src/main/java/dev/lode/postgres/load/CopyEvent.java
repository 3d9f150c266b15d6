package dev.lode.postgres.load;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// One COPY of one batch, from its first byte to the server's answer.
@Name("dev.lode.Copy")
@Label("COPY")
@Category("Lode")
@Description("One COPY of a batch: encoding and sending its rows, until the server has answered")
@StackTrace(false)
final class CopyEvent extends Event {
    @Label("Table")
    String table = "";

    @Label("Format")
    String format = "";

    @Label("Rows")
    long rows;

    @Label("Sent")
    @DataAmount
    long bytes;

    @Label("Sending")
    @Description("Time inside writes to the server's connection, its answer included")
    @Timespan
    long sending;
}
