package dev.lode.engine.load;

import dev.lode.core.LodeException;

import java.util.List;

/// Brings the bytes of items to where they are loaded from, and takes them away afterwards. Called
/// by several workers at once.
///
/// For every item of [#begin] follows either [#dismissed], or [#ready] and then [#loaded] or
/// [#failed].
public interface ItemSupply {
    /// Everything is where it is, and stays there.
    ItemSupply NOTHING_TO_DO = new ItemSupply() {};

    /// Loading begins.
    ///
    /// @param sequence the items in the order in which they are taken: none waits for a later one
    default void begin(List<ItemTask> sequence) {}

    /// The item with its bytes at hand; waits until they are.
    ///
    /// @throws LodeException when they cannot be had; the item has failed
    default ItemTask ready(ItemTask task) throws InterruptedException {
        return task;
    }

    /// The item needs nothing: it is in the table already.
    default void dismissed(ItemTask task) {}

    /// Whether [#loaded] gives up what the item was loaded from, so that its rows must be durable
    /// before.
    default boolean frees(ItemTask task) {
        return false;
    }

    /// The item is in the table; durably, where [#frees] said so.
    default void loaded(ItemTask task) {}

    /// The item failed after it was ready.
    default void failed(ItemTask task) {}
}
