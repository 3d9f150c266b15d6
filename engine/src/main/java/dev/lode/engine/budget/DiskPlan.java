package dev.lode.engine.budget;

import dev.lode.core.ByteSize;

import java.util.ArrayList;
import java.util.List;

/// The way of every item of a snapshot, chosen so that Lode's own disk is not exceeded:
/// 1. when everything fits, everything is staged and kept;
/// 2. else an item that fits is staged, loaded and freed, as many at once as fit, the largest first
///    as far as the foreign keys that are enforced allow it;
/// 3. an item that is larger than the budget is streamed.
///
/// @param budget bytes of stored files that may be there at once
/// @param choices in the order of the items
/// @param fetch bytes that will come from the source
/// @param peak the most bytes of stored files at any time
public record DiskPlan(ByteSize budget, List<Choice> choices, ByteSize fetch, ByteSize peak) {
    public DiskPlan {
        choices = List.copyOf(choices);
    }

    /// Where an item stands before a sync.
    public enum State {
        /// Its version is in its table.
        APPLIED,
        /// Its file is in the store.
        PRESENT,
        /// It has to come from the source.
        NEEDED
    }

    /// @param why a few words for the plan
    public record Choice(RemotePart part, State state, Way way, String why) {}

    /// An item as it stands.
    public record Standing(RemotePart part, State state) {
        long size() {
            return part.item().size();
        }
    }

    public static DiskPlan of(List<Standing> items, ByteSize budget) {
        long needed = sum(items, State.NEEDED);
        long present = sum(items, State.PRESENT);
        boolean all = needed + present <= budget.bytes();
        var choices = new ArrayList<Choice>();
        long staged = present;
        long fetch = 0;
        for (var item : items) {
            var choice = choose(item, all, budget);
            choices.add(choice);
            if (item.state() == State.NEEDED) {
                fetch += item.size();
                staged += choice.way() == Way.STREAM ? 0 : item.size();
            }
        }
        long peak = all ? staged : Math.max(present, Math.min(staged, budget.bytes()));
        return new DiskPlan(budget, choices, ByteSize.of(fetch), ByteSize.of(peak));
    }

    /// Whether every file is kept.
    public boolean stagesAll() {
        return choices.stream()
                .allMatch(choice -> choice.way() == Way.STAGE || choice.way() == Way.NONE);
    }

    private static Choice choose(Standing item, boolean all, ByteSize budget) {
        return switch (item.state()) {
            case APPLIED ->
                    new Choice(item.part(), item.state(), Way.NONE, "this version was applied");
            case PRESENT ->
                    all
                            ? new Choice(item.part(), item.state(), Way.STAGE, "is in the store")
                            : new Choice(
                                    item.part(),
                                    item.state(),
                                    Way.STAGE_AND_FREE,
                                    "is in the store, its room is needed");
            case NEEDED -> {
                if (all) {
                    yield new Choice(item.part(), item.state(), Way.STAGE, "everything fits");
                }
                if (item.size() <= budget.bytes() && budget.bytes() > 0) {
                    yield new Choice(
                            item.part(),
                            item.state(),
                            Way.STAGE_AND_FREE,
                            "fits into " + budget + ", not together with the others");
                }
                yield new Choice(
                        item.part(),
                        item.state(),
                        Way.STREAM,
                        budget.bytes() == 0
                                ? "nothing may be staged"
                                : "larger than the budget of " + budget);
            }
        };
    }

    private static long sum(List<Standing> items, State state) {
        return items.stream().filter(item -> item.state() == state).mapToLong(Standing::size).sum();
    }
}
