package dev.lode.postgres.catalog;

import dev.lode.core.TableName;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The order in which tables can be filled so that every reference finds its row: what is referred
/// to comes first. Tables that refer to each other in a circle, and tables that refer to
/// themselves, are groups whose inner keys no order can satisfy. The order is the same for the same
/// tables, whatever order they come in.
///
/// @param groups parents before children
public record LoadOrder(List<Group> groups) {
    public LoadOrder {
        groups = List.copyOf(groups);
    }

    /// Tables that have to be filled together.
    ///
    /// @param tables one table, or those of a circle, by name
    /// @param innerKeys the foreign keys among `tables`: self references and those of the circle
    public record Group(List<TableName> tables, List<ForeignKeyFacts> innerKeys) {
        public Group {
            tables = List.copyOf(tables);
            innerKeys = List.copyOf(innerKeys);
        }

        /// Whether rows may come before the rows they refer to, in any order.
        public boolean circular() {
            return !innerKeys.isEmpty();
        }
    }

    /// Orders `tables` by their outgoing foreign keys; keys to tables outside and keys that are NOT
    /// ENFORCED count for nothing.
    public static LoadOrder of(Collection<TableFacts> tables) {
        return new LoadOrder(new Components(tables).groups());
    }

    /// All tables, flat.
    public List<TableName> tables() {
        return groups.stream().flatMap(group -> group.tables().stream()).toList();
    }

    /// Tarjan's strongly connected components, without recursion. A component is complete after all
    /// those it refers to, which is the order wanted.
    private static final class Components {
        private final Map<TableName, TableFacts> tables = new TreeMap<>();
        private final Map<TableName, Integer> number = new HashMap<>();
        private final Map<TableName, Integer> low = new HashMap<>();
        private final Deque<TableName> open = new ArrayDeque<>();
        private final Set<TableName> isOpen = new HashSet<>();
        private final List<Group> done = new ArrayList<>();

        Components(Collection<TableFacts> all) {
            all.forEach(table -> tables.put(table.name(), table));
        }

        List<Group> groups() {
            for (TableName start : tables.keySet()) {
                if (!number.containsKey(start)) {
                    visit(start);
                }
            }
            return done;
        }

        private record Visit(TableName table, Iterator<TableName> parents) {}

        private void visit(TableName start) {
            Deque<Visit> path = new ArrayDeque<>();
            path.push(enter(start));
            while (!path.isEmpty()) {
                Visit visit = path.element();
                if (visit.parents().hasNext()) {
                    TableName parent = visit.parents().next();
                    if (!number.containsKey(parent)) {
                        path.push(enter(parent));
                    } else if (isOpen.contains(parent)) {
                        low.merge(visit.table(), number.getOrDefault(parent, 0), Math::min);
                    }
                } else {
                    path.pop();
                    int reached = low.getOrDefault(visit.table(), 0);
                    if (!path.isEmpty()) {
                        low.merge(path.element().table(), reached, Math::min);
                    }
                    if (reached == number.getOrDefault(visit.table(), 0)) {
                        close(visit.table());
                    }
                }
            }
        }

        private Visit enter(TableName table) {
            int next = number.size();
            number.put(table, next);
            low.put(table, next);
            open.push(table);
            isOpen.add(table);
            return new Visit(
                    table,
                    keys(table).stream()
                            .map(ForeignKeyFacts::referencedTable)
                            .distinct()
                            .sorted()
                            .iterator());
        }

        private void close(TableName root) {
            var members = new ArrayList<TableName>();
            TableName member;
            do {
                member = open.pop();
                isOpen.remove(member);
                members.add(member);
            } while (!member.equals(root));
            members.sort(Comparator.naturalOrder());
            List<ForeignKeyFacts> inner =
                    members.stream()
                            .flatMap(table -> keys(table).stream())
                            .filter(key -> members.contains(key.referencedTable()))
                            .toList();
            done.add(new Group(members, inner));
        }

        private List<ForeignKeyFacts> keys(TableName table) {
            TableFacts facts = tables.get(table);
            return facts == null
                    ? List.of()
                    : facts.foreignKeys().stream()
                            .filter(
                                    key ->
                                            key.enforced()
                                                    && tables.containsKey(key.referencedTable()))
                            .toList();
        }
    }
}
