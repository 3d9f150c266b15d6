package dev.lode.cli.progress;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One JSON object per line on standard output: `type`, then the fields of the event by their
/// names. Thread safe.
public final class JsonProgress implements RunListener {
    private static final long EVERY_NANOS = Duration.ofMillis(500).toNanos();

    private final PrintWriter out;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<String, Long> shown = new LinkedHashMap<>();

    public JsonProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void on(RunEvent event) {
        String moving =
                switch (event) {
                    case RunEvent.FetchProgress fetch -> fetch.item();
                    case RunEvent.ItemProgress item -> item.item();
                    case RunEvent.PublishProgress published -> published.publication();
                    default -> "";
                };
        if (!moving.isEmpty()) {
            long now = System.nanoTime();
            long before = shown.getOrDefault(moving, now - EVERY_NANOS - 1);
            if (now - before < EVERY_NANOS) {
                return;
            }
            shown.put(moving, now);
        }
        var fields = new LinkedHashMap<String, Object>();
        fields.put("type", type(event));
        for (var component : event.getClass().getRecordComponents()) {
            fields.put(snake(component.getName()), value(event, component));
        }
        line(fields);
    }

    /// The last line of a verb: `{"type":"summary", ...}`.
    public synchronized void summary(Map<String, ?> fields) {
        var all = new LinkedHashMap<String, Object>();
        all.put("type", "summary");
        all.putAll(fields);
        line(all);
    }

    private void line(Map<String, Object> fields) {
        out.println(json.writeValueAsString(fields));
        out.flush();
    }

    private static Object value(RunEvent event, java.lang.reflect.RecordComponent component) {
        try {
            Object value = component.getAccessor().invoke(event);
            return value instanceof Duration duration ? duration.toMillis() / 1000.0 : value;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "event " + event.getClass() + " hides " + component.getName(), e);
        }
    }

    private static String type(RunEvent event) {
        return snake(event.getClass().getSimpleName());
    }

    private static String snake(String name) {
        return name.replaceAll("(?<=[a-z])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
