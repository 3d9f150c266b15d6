package dev.lode.format.json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What a mapping knows of one place in a document. Immutable once compiled.
final class Node {
    /// As a message names the place: `location.x`.
    final String path;

    /// Where the frame of the row around keeps this value, or -1.
    int slot = -1;

    /// The keys of an object here; null where nothing below is known.
    @Nullable KeyTable keys;

    Node[] members = new Node[0];

    /// What elements of an array here, or the object, become.
    @Nullable RowPlan rows;

    /// Whether what lies below is known, and unknown keys there are no news.
    boolean ignored;

    /// Pairs: slot of the element's frame, slot of the frame around that takes its value.
    int[] firstElement = new int[0];

    int[] lastElement = new int[0];

    private final List<String> names = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    Node(String path) {
        this.path = path;
    }

    /// The node of a key, made where there is none yet.
    Node member(String name) {
        int index = names.indexOf(name);
        if (index >= 0) {
            return nodes.get(index);
        }
        var node = new Node(path.isEmpty() ? name : path + "." + name);
        names.add(name);
        nodes.add(node);
        return node;
    }

    boolean hasMembers() {
        return !names.isEmpty();
    }

    /// To be called once, when all members are there.
    void seal() {
        if (!names.isEmpty()) {
            keys = new KeyTable(names);
            members = nodes.toArray(Node[]::new);
            nodes.forEach(Node::seal);
        }
    }
}
