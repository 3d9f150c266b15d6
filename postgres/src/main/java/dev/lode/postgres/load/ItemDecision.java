package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.pack.LoadMode;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.Position;
import dev.lode.postgres.load.LoadSession.Candidate;
import dev.lode.postgres.swap.Shadows;
import dev.lode.postgres.vanish.SeenKeys;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides by the ledger what happens to an item: it is skipped, gone on with, or begun. `append`
/// compares with all history, the other modes with what was applied last.
///
/// On connections of the caller, inside the caller's transactions. Thread safe.
final class ItemDecision {
    private final Ledger ledger;
    private final ItemIdentities identities;
    private final RejectSession rejects;
    private final long run;

    ItemDecision(Ledger ledger, ItemIdentities identities, RejectSession rejects, long run) {
        this.ledger = ledger;
        this.identities = identities;
        this.rejects = rejects;
        this.run = run;
    }

    /// Whether [#start] would have something to load of it, or records that wait for rows of other
    /// items; writes nothing.
    boolean wouldLoad(Connection connection, Candidate candidate) throws SQLException {
        var known = known(connection, candidate.key());
        return known.isEmpty()
                || !isApplied(candidate.key(), known.get())
                || (!candidate.target().late().isEmpty()
                        && rejects.hasPending(connection, known.get()));
    }

    /// See [LoadSession#start].
    ItemStart start(Connection connection, ItemKey key, Target target, boolean again)
            throws SQLException {
        if (key.mode() == LoadMode.REPLACE) {
            var start = new Shadows(ledger, run).start(connection, key, target, again);
            if (start instanceof ItemStart.Skip skip) {
                identities.identify(connection, skip.item().id(), key);
            }
            return start;
        }
        var known = known(connection, key);
        if (known.isPresent()) {
            var item = known.get();
            boolean sameContent = item.sameBytes(key);
            if (sameContent) {
                identities.identify(connection, item.id(), key);
            }
            boolean same = sameContent && item.mapping().equals(key.mapping());
            if (isApplied(key, item) && !again) {
                refuseIfEmptied(connection, key, target, item);
                return skip(item);
            }
            if (!item.state().equals("done")) {
                if (same) {
                    ledger.resumeItem(connection, item.id(), run);
                    return new ItemStart.Go(item, ledger.position(connection, item.id()), target);
                }
                refuseHalfAppended(key, item);
                ledger.supersedeItem(connection, item.id());
            }
        }
        boolean fresh = !hasRows(connection, target);
        var begun = ledger.startItem(connection, key, fresh, run);
        SeenKeys.forgetEarlier(connection, begun.id());
        return new ItemStart.Go(begun, Position.START, target);
    }

    /// See [LoadSession#applied].
    Set<ItemKey> applied(Connection connection, Collection<ItemKey> keys) throws SQLException {
        var applied = new HashSet<ItemKey>();
        for (var key : keys) {
            if (known(connection, key).filter(item -> isApplied(key, item)).isPresent()) {
                applied.add(key);
            }
        }
        return applied;
    }

    /// See [LoadSession#settled].
    Map<ItemKey, ItemStart.Skip> settled(Connection connection, Collection<Candidate> candidates)
            throws SQLException {
        var settled = new HashMap<ItemKey, ItemStart.Skip>();
        for (var candidate : candidates) {
            var key = candidate.key();
            var item =
                    key.mode() == LoadMode.REPLACE || !alone(key, candidates)
                            ? Optional.<ItemRow>empty()
                            : known(connection, key);
            if (item.isPresent()
                    && item.get().knows(key)
                    && isApplied(key, item.get())
                    && (item.get().rows() == 0 || hasRows(connection, candidate.target()))) {
                settled.put(key, skip(item.get()));
            }
        }
        return settled;
    }

    private Optional<ItemRow> known(Connection connection, ItemKey key) throws SQLException {
        return key.mode() == LoadMode.APPEND
                ? ledger.itemOfContent(connection, key)
                : ledger.lastItem(connection, key.dataset(), key.tableOid());
    }

    /// Whether the content is in the table, as far as its mode cares.
    private static boolean isApplied(ItemKey key, ItemRow item) {
        boolean sameContent = item.sameBytes(key);
        boolean same =
                key.mode() == LoadMode.APPEND
                        ? sameContent
                        : sameContent && item.mapping().equals(key.mapping());
        return same && item.state().equals("done");
    }

    /// Of several items for one table each changes what was applied last.
    private static boolean alone(ItemKey key, Collection<Candidate> candidates) {
        return candidates.stream().filter(one -> one.key().tableOid() == key.tableOid()).count()
                == 1;
    }

    private static ItemStart.Skip skip(ItemRow item) {
        return new ItemStart.Skip(item, item.counts(), "the same content is in the table already");
    }

    private static boolean hasRows(Connection connection, Target target) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT CASE WHEN EXISTS (SELECT FROM "
                                + target.table().sql()
                                + ") THEN 1 ELSE 0 END")
                > 0;
    }

    private static void refuseIfEmptied(
            Connection connection, ItemKey key, Target target, ItemRow item) throws SQLException {
        if (item.rows() > 0 && !hasRows(connection, target)) {
            throw LodeException.data(
                    target.table()
                            + ": is empty, but by the ledger "
                            + item.name()
                            + " of dataset '"
                            + key.dataset()
                            + "' put "
                            + item.counts().read()
                            + " records into it; nothing was loaded; if it was emptied on purpose,"
                            + " load with --again");
        }
    }

    private static void refuseHalfAppended(ItemKey key, ItemRow item) {
        if (key.mode() == LoadMode.APPEND && item.sameBytes(key)) {
            throw LodeException.data(
                    key.name()
                            + ": was half appended to "
                            + key.table()
                            + " by another mapping of the pack; nothing was loaded; go on with the"
                            + " old mapping, or remove its rows and the ledger's item "
                            + item.id());
        }
    }
}
