package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.core.pack.ServiceGroup;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// What was stopped and how it is started again: written before anything is stopped, removed when
/// everything runs. Holds all it takes, so that neither the pack nor the settings of that time are
/// needed.
///
/// @param token of its owner; also the name of its file
/// @param by the run that stopped them; 0 when a person did, with `lode services stop`
/// @param database that the run loads into; empty when a person stopped them
/// @param machine where they ran
/// @param stopped in the order in which they are stopped
public record ServiceJournal(
        String dataset,
        String token,
        long by,
        String database,
        ThisMachine machine,
        List<Stopped> stopped) {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ServiceJournal {
        stopped = List.copyOf(stopped);
    }

    /// One group.
    ///
    /// @param group with absolute folders
    /// @param folder that its commands run in
    /// @param services that were running
    public record Stopped(ServiceGroup group, String folder, List<String> services) {
        public Stopped {
            services = List.copyOf(services);
        }
    }

    /// The same with more that is to run again, group by group.
    ServiceJournal with(List<Stopped> more) {
        var all = new ArrayList<>(stopped);
        for (var one : more) {
            int same = 0;
            while (same < all.size() && !all.get(same).group().equals(one.group())) {
                same++;
            }
            if (same == all.size()) {
                all.add(one);
            } else {
                var services = new LinkedHashSet<>(all.get(same).services());
                services.addAll(one.services());
                all.set(same, new Stopped(one.group(), one.folder(), List.copyOf(services)));
            }
        }
        all.removeIf(one -> one.services().isEmpty());
        return new ServiceJournal(dataset, token, by, database, machine, all);
    }

    /// Whether a person stopped them and means to start them.
    public boolean byHand() {
        return by == 0;
    }

    /// All services that were running.
    public List<String> services() {
        return stopped.stream().flatMap(one -> one.services().stream()).toList();
    }

    /// The text of its file.
    String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.put("dataset", dataset);
        root.put("token", token);
        root.put("run", by);
        root.put("database", database);
        root.put("host", machine.host());
        root.put("boot", machine.boot());
        var groups = root.putArray("stopped");
        for (var one : stopped) {
            var node = groups.addObject();
            node.put("folder", one.folder());
            texts(node, "were-running", one.services());
            texts(node, "environment", one.group().environment());
            switch (one.group()) {
                case ServiceGroup.Compose compose -> {
                    node.put("docker-compose", compose.folder());
                    compose.project().ifPresent(project -> node.put("project", project));
                    texts(node, "file", compose.files());
                    texts(node, "services", compose.services());
                }
                case ServiceGroup.Commands commands -> {
                    node.put("name", commands.name());
                    texts(node, "stop", commands.stop());
                    texts(node, "start", commands.start());
                    texts(node, "running", commands.running());
                }
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// @param place what messages call the text
    /// @throws LodeException of kind DATA when it is no journal
    static ServiceJournal parse(String place, String text) {
        try {
            var root = JSON.readTree(text);
            if (root.path("version").asInt(0) != VERSION) {
                throw damaged(place, "its version is not " + VERSION, null);
            }
            var stopped = new ArrayList<Stopped>();
            for (JsonNode node : root.required("stopped")) {
                stopped.add(
                        new Stopped(
                                group(node),
                                node.required("folder").asString(),
                                texts(node, "were-running")));
            }
            return new ServiceJournal(
                    root.required("dataset").asString(),
                    root.required("token").asString(),
                    root.required("run").asLong(),
                    root.required("database").asString(),
                    new ThisMachine(
                            root.required("host").asString(), root.required("boot").asString()),
                    stopped);
        } catch (JacksonException | IllegalArgumentException e) {
            throw damaged(place, String.valueOf(e.getMessage()), e);
        }
    }

    private static ServiceGroup group(JsonNode node) {
        return node.has("docker-compose")
                ? new ServiceGroup.Compose(
                        node.required("docker-compose").asString(),
                        Optional.ofNullable(node.get("project")).map(JsonNode::asString),
                        texts(node, "file"),
                        texts(node, "services"),
                        texts(node, "environment"),
                        false)
                : new ServiceGroup.Commands(
                        node.required("name").asString(),
                        texts(node, "stop"),
                        texts(node, "start"),
                        texts(node, "running"),
                        texts(node, "environment"));
    }

    private static void texts(ObjectNode node, String field, List<String> values) {
        ArrayNode array = node.putArray(field);
        values.forEach(array::add);
    }

    private static List<String> texts(JsonNode node, String field) {
        var values = new ArrayList<String>();
        node.required(field).forEach(value -> values.add(value.asString()));
        return values;
    }

    private static LodeException damaged(
            String place, String how, @org.jspecify.annotations.Nullable Exception cause) {
        String sentence =
                "\""
                        + place
                        + "\": is no journal of stopped services: "
                        + how
                        + "; nothing was started; start the services that it names by hand, then"
                        + " delete it";
        return cause == null ? LodeException.data(sentence) : LodeException.data(sentence, cause);
    }
}
