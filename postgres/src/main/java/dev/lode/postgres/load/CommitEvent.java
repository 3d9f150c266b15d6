package dev.lode.postgres.load;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The commit of one split.
@Name("dev.lode.Commit")
@Label("Commit")
@Category("Lode")
@StackTrace(false)
final class CommitEvent extends Event {
    @Label("Table")
    String table = "";

    @Label("Records")
    long records;
}
