package dev.lode.testkit.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request that reached a [FaultyProxy].
///
/// @param method such as `GET`
/// @param target path and query as sent
/// @param headers by lower-case name
public record Request(String method, String target, Map<String, String> headers) {
    public Request {
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /// The path without the query.
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /// The first byte asked for, 0 without a range.
    public long rangeStart() {
        return header("range")
                .map(
                        range ->
                                Long.parseLong(
                                        range.substring("bytes=".length(), range.indexOf('-'))))
                .orElse(0L);
    }
}
