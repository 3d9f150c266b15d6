package dev.lode.engine.load;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The reader of an item waits for a COPY stream to take its batch.
@Name("dev.lode.HandOver")
@Label("Hand over")
@Category("Lode")
@Description("A batch waits for a COPY stream: long where COPY is slower than decoding and cutting")
@StackTrace(false)
final class HandOverEvent extends Event {
    @Label("Item")
    String item = "";
}
