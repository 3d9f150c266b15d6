package dev.lode.postgres;

import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the target database is and who connects.
///
/// @param options further pgjdbc connection properties, such as `sslmode`
/// @param password empty where the server asks for none, or where a `.pgpass` file holds it (pgjdbc
///   reads that by itself)
public record DatabaseSettings(
        String host,
        int port,
        String database,
        String user,
        Optional<Secret> password,
        Map<String, String> options) {
    public DatabaseSettings {
        options = Map.copyOf(options);
    }

    /// A URL as libpq (`postgresql://user:password@host:port/database?sslmode=require`) or pgjdbc
    /// (`jdbc:postgresql://host/database?user=u&password=p`) spell it. What it leaves out is taken
    /// from `absent`.
    ///
    /// @throws LodeException of kind USAGE; the message never holds the password
    public static DatabaseSettings parse(String url, DatabaseSettings absent) {
        String libpq = url.startsWith("jdbc:") ? url.substring(5) : url;
        if (!libpq.startsWith("postgresql://") && !libpq.startsWith("postgres://")) {
            throw LodeException.usage(
                    "DATABASE_URL: expected postgresql://user@host:port/database or "
                            + "jdbc:postgresql://host:port/database, found another kind of URL");
        }
        URI uri;
        try {
            uri = new URI(libpq);
        } catch (URISyntaxException e) {
            throw LodeException.usage(
                    "DATABASE_URL: is not a URL at character "
                            + e.getIndex()
                            + "; write special characters of the password as %XX");
        }
        var options = new LinkedHashMap<>(absent.options);
        query(uri).forEach(options::put);
        var authority = Authority.of(Optional.ofNullable(uri.getRawAuthority()).orElse(""));
        var userInfo = authority.userInfo;
        var user = userInfo.map(info -> decode(info.split(":", 2)[0]));
        var password =
                userInfo.filter(info -> info.contains(":"))
                        .map(info -> Secret.of(decode(info.split(":", 2)[1])));
        var database =
                Optional.ofNullable(uri.getPath())
                        .map(path -> path.startsWith("/") ? path.substring(1) : path)
                        .filter(path -> !path.isEmpty());
        var userOption = Optional.ofNullable(options.remove("user"));
        var passwordOption = Optional.ofNullable(options.remove("password")).map(Secret::of);
        return new DatabaseSettings(
                authority.host.orElse(absent.host),
                authority.port.orElse(absent.port),
                database.orElse(absent.database),
                user.or(() -> userOption).orElse(absent.user),
                password.or(() -> passwordOption).or(() -> absent.password),
                options);
    }

    /// The form for people and logs: without the password.
    public String describe() {
        return user + "@" + host + ":" + port + "/" + database;
    }

    /// The URL for pgjdbc, without user and password.
    String jdbcUrl() {
        var bracketed = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return "jdbc:postgresql://"
                + bracketed
                + ":"
                + port
                + "/"
                + java.net.URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /// What stands between `//` and the path. [URI#getHost] is not asked: it knows no names with an
    /// underscore, which docker compose makes, and answers with nothing, as if no host were named.
    private record Authority(
            Optional<String> userInfo, Optional<String> host, Optional<Integer> port) {
        private static final Pattern FORM =
                Pattern.compile("(?:([^@]*)@)?(\\[[^\\[\\]]+]|[^@:,\\[\\]]*)(?::([0-9]{0,5}))?");

        static Authority of(String text) {
            var parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw LodeException.usage(
                        "DATABASE_URL: names no single host and port: expected"
                                + " postgresql://user@host:port/database; write special characters"
                                + " of the password as %XX");
            }
            return new Authority(
                    Optional.ofNullable(parts.group(1)),
                    Optional.of(parts.group(2)).filter(host -> !host.isEmpty()),
                    Optional.ofNullable(parts.group(3))
                            .filter(port -> !port.isEmpty())
                            .map(Authority::port));
        }

        private static int port(String digits) {
            int port = Integer.parseInt(digits);
            if (port < 1 || port > 65_535) {
                throw LodeException.usage(
                        "DATABASE_URL: port " + digits + " is out of bounds: 1 to 65535");
            }
            return port;
        }
    }

    private static Map<String, String> query(URI uri) {
        var values = new LinkedHashMap<String, String>();
        if (uri.getRawQuery() != null) {
            for (var pair : uri.getRawQuery().split("&", -1)) {
                var parts = pair.split("=", 2);
                values.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
            }
        }
        return values;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
