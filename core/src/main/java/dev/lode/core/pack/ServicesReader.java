package dev.lode.core.pack;

import dev.lode.core.yaml.YamlMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `services:` of a pack or of `lode.yaml`. Mistakes are noted with the others of the file.
public final class ServicesReader {
    private static final String LIST = "stop-while-loading";

    private ServicesReader() {}

    /// @param map what stands below `services`
    public static ServicesSpec read(YamlMap map) {
        List<YamlMap> declared = map.isMap(LIST) ? map.map(LIST).stream().toList() : map.maps(LIST);
        var groups = new ArrayList<ServiceGroup>();
        for (var one : declared) {
            group(one).ifPresent(groups::add);
            one.finish(
                    List.of("docker-compose", "stop", "start", "running", "services", "project"));
        }
        map.finish(List.of(LIST));
        return new ServicesSpec(groups);
    }

    private static Optional<ServiceGroup> group(YamlMap map) {
        var environment = map.texts("environment");
        if (map.has("docker-compose")) {
            var services = map.texts("services");
            if (services.isEmpty()) {
                map.wrong("services", "expected the names of the services to stop");
            }
            return Optional.of(
                    new ServiceGroup.Compose(
                            map.required("docker-compose"),
                            map.text("project"),
                            map.texts("file"),
                            services,
                            environment,
                            map.flag("optional", false)));
        }
        var name = map.text("name");
        if (!map.has("stop") && !map.has("start") && !map.has("running")) {
            map.wrong("docker-compose", "expected a folder here, or stop, start and running");
            return Optional.empty();
        }
        var stop = words(map, "stop");
        return Optional.of(
                new ServiceGroup.Commands(
                        name.orElseGet(() -> String.join(" ", stop)),
                        stop,
                        words(map, "start"),
                        words(map, "running"),
                        environment));
    }

    private static List<String> words(YamlMap map, String key) {
        var words = map.texts(key);
        if (words.isEmpty() || words.getFirst().isBlank()) {
            map.wrong(key, "expected a program and its words, such as [systemctl, stop, web]");
            return List.of("false");
        }
        if (words.size() == 1 && words.getFirst().contains(" ")) {
            map.wrong(
                    key,
                    "\""
                            + words.getFirst()
                            + "\" is one word to the system, no shell reads it: expected a list"
                            + " such as [systemctl, stop, web]");
        }
        return words;
    }
}
