package dev.lode.core.yaml;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A mapping of a YAML file. Each key is asked for once by name; [#finish()] reports the keys
/// nobody asked for. A wrong value is noted as a mistake and reads as absent. Not thread safe.
public final class YamlMap {
    /// Aliases a document may use: enough for people, too few for a bomb.
    private static final int MAX_ALIASES = 50;

    private static final int MAX_CODE_POINTS = 4 << 20;

    private final String place;
    private final int line;
    private final Map<String, Node> values;
    private final Map<String, Integer> keyLines;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Mistakes mistakes;

    private YamlMap(String place, int line, MappingNode node, Mistakes mistakes) {
        this.place = place;
        this.line = line;
        this.mistakes = mistakes;
        this.values = new LinkedHashMap<>();
        this.keyLines = new LinkedHashMap<>();
        for (var entry : node.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                mistakes.add(lineOf(entry.getKeyNode()), "a key must be a word");
                continue;
            }
            if (values.putIfAbsent(key.getValue(), entry.getValueNode()) != null) {
                mistakes.add(lineOf(key), "key '" + key.getValue() + "' stands twice");
            }
            keyLines.putIfAbsent(key.getValue(), lineOf(key));
        }
    }

    /// The mapping that is the whole of `text`.
    ///
    /// @throws LodeException of kind USAGE when the text is not YAML or not a mapping; mistakes of
    ///   content are only noted
    public static YamlMap parse(String text, Mistakes mistakes) {
        var settings =
                LoadSettings.builder()
                        .setMaxAliasesForCollections(MAX_ALIASES)
                        .setCodePointLimit(MAX_CODE_POINTS)
                        .setUseMarks(true)
                        .build();
        try {
            var node = new Compose(settings).composeString(text);
            if (node.isPresent() && node.get() instanceof MappingNode mapping) {
                return new YamlMap("", 1, mapping, mistakes);
            }
            mistakes.add(node.map(YamlMap::lineOf).orElse(1), "expected keys and values");
        } catch (MarkedYamlEngineException e) {
            mistakes.add(
                    e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0),
                    "is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            mistakes.add(0, "is not YAML: " + e.getMessage());
        }
        mistakes.throwIfAny();
        throw LodeException.bug("a mistake was noted and not thrown", null);
    }

    /// Line of this mapping in its file, from 1.
    public int line() {
        return line;
    }

    /// Line of a key, or of the mapping where the key is absent.
    public int line(String key) {
        return keyLines.getOrDefault(key, line);
    }

    public Set<String> keys() {
        return values.keySet();
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /// A mistake about a key's value.
    public void wrong(String key, String sentence) {
        mistakes.add(line(key), place + key + ": " + sentence);
    }

    public Optional<String> text(String key) {
        var node = ask(key);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            return Optional.of(scalar.getValue());
        }
        wrong(key, "expected a text");
        return Optional.empty();
    }

    /// A text that must be there; noted as missing and read as empty otherwise.
    public String required(String key) {
        if (!has(key)) {
            mistakes.add(line, place + "key '" + key + "' is missing");
            asked.add(key);
            return "";
        }
        return text(key).orElse("");
    }

    /// A text turned into a value; what the function throws as [LodeException] becomes a mistake.
    public <T> Optional<T> value(String key, Function<String, T> reader) {
        return text(key)
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(reader.apply(text));
                            } catch (LodeException e) {
                                wrong(key, String.valueOf(e.getMessage()));
                                return Optional.empty();
                            }
                        });
    }

    public boolean flag(String key, boolean absent) {
        return value(
                        key,
                        text ->
                                switch (text) {
                                    case "true", "yes", "on" -> true;
                                    case "false", "no", "off" -> false;
                                    default ->
                                            throw LodeException.usage(
                                                    "\"" + text + "\" is not true or false");
                                })
                .orElse(absent);
    }

    /// A whole number within bounds.
    public long number(String key, long absent, long min, long max) {
        return value(
                        key,
                        text -> {
                            try {
                                long number = Long.parseLong(text.replace("_", ""));
                                if (number >= min && number <= max) {
                                    return number;
                                }
                            } catch (NumberFormatException e) {
                                throw LodeException.usage("\"" + text + "\" is not a whole number");
                            }
                            throw LodeException.usage(
                                    "\""
                                            + text
                                            + "\" is out of bounds: expected "
                                            + min
                                            + " to "
                                            + max);
                        })
                .orElse(absent);
    }

    /// A share between 0 and 1.
    public double share(String key, double absent) {
        return value(
                        key,
                        text -> {
                            try {
                                double share =
                                        text.endsWith("%")
                                                ? Double.parseDouble(
                                                                text.substring(
                                                                        0, text.length() - 1))
                                                        / 100
                                                : Double.parseDouble(text);
                                if (share >= 0 && share <= 1) {
                                    return share;
                                }
                            } catch (NumberFormatException e) {
                                throw LodeException.usage(
                                        "\"" + text + "\" is not a share: expected 0.01 or 1%");
                            }
                            throw LodeException.usage(
                                    "\"" + text + "\" is not a share between 0 and 1");
                        })
                .orElse(absent);
    }

    public <E extends Enum<E>> E choice(String key, Class<E> type, E absent) {
        return value(
                        key,
                        text -> {
                            for (E constant : type.getEnumConstants()) {
                                if (word(constant).equals(text)) {
                                    return constant;
                                }
                            }
                            var words = new ArrayList<String>();
                            for (E constant : type.getEnumConstants()) {
                                words.add(word(constant));
                            }
                            throw LodeException.usage(
                                    "\""
                                            + text
                                            + "\" is unknown: expected one of "
                                            + String.join(", ", words)
                                            + Suggestion.hint(text, words));
                        })
                .orElse(absent);
    }

    /// A list of texts; a single text counts as a list of one.
    public List<String> texts(String key) {
        var node = ask(key);
        var texts = new ArrayList<String>();
        switch (node) {
            case null -> {}
            case ScalarNode scalar -> texts.add(scalar.getValue());
            case SequenceNode sequence -> {
                for (var element : sequence.getValue()) {
                    if (element instanceof ScalarNode scalar) {
                        texts.add(scalar.getValue());
                    } else {
                        mistakes.add(lineOf(element), place + key + ": expected a list of texts");
                    }
                }
            }
            default -> wrong(key, "expected a list of texts");
        }
        return texts;
    }

    public Optional<YamlMap> map(String key) {
        var node = ask(key);
        return node == null ? Optional.empty() : asMap(node, place + key + ".");
    }

    /// Whether a key's value is a mapping.
    public boolean isMap(String key) {
        return values.get(key) instanceof MappingNode;
    }

    /// A list of mappings.
    public List<YamlMap> maps(String key) {
        var node = ask(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            wrong(key, "expected a list");
            return List.of();
        }
        var maps = new ArrayList<YamlMap>();
        for (var element : sequence.getValue()) {
            asMap(element, place + key + ".").ifPresent(maps::add);
        }
        return maps;
    }

    /// Texts by key, for mappings whose keys are the user's own words.
    public Map<String, String> textMap(String key) {
        var texts = new LinkedHashMap<String, String>();
        map(key).ifPresent(
                        map ->
                                map.keys()
                                        .forEach(
                                                k ->
                                                        map.text(k)
                                                                .ifPresent(
                                                                        text ->
                                                                                texts.put(
                                                                                        k, text))));
        return texts;
    }

    /// Notes every key that was never asked for.
    public void finish() {
        finish(List.of());
    }

    /// Like [#finish()], with further words to suggest.
    public void finish(Collection<String> alsoKnown) {
        var known = new LinkedHashSet<>(asked);
        known.addAll(alsoKnown);
        for (var key : values.keySet()) {
            if (!asked.contains(key)) {
                mistakes.add(
                        line(key),
                        "unknown key '" + place + key + "'" + Suggestion.hint(key, known));
            }
        }
    }

    private org.snakeyaml.engine.v2.nodes.@org.jspecify.annotations.Nullable Node ask(String key) {
        asked.add(key);
        return values.get(key);
    }

    private Optional<YamlMap> asMap(Node node, String inside) {
        if (node instanceof MappingNode mapping) {
            return Optional.of(new YamlMap(inside, lineOf(node), mapping, mistakes));
        }
        mistakes.add(lineOf(node), inside + " expected keys and values");
        return Optional.empty();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
