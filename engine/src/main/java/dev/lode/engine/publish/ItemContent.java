package dev.lode.engine.publish;

import dev.lode.core.LodeException;
import dev.lode.core.pack.publish.Content;
import dev.lode.postgres.publish.ItemRow;
import dev.lode.publish.Item;

/// Makes items of rows. Belongs to one thread.
final class ItemContent {
    private final Content content;
    private final JsonLayout layout;

    ItemContent(Content content) {
        this.content = content;
        this.layout = new JsonLayout(content instanceof Content.Json json ? json.indent() : 0);
    }

    Item of(ItemRow row) {
        return new Item(
                row.key(),
                switch (content) {
                    case Content.Json _ -> json(row);
                    case Content.Csv _, Content.Columns _ -> CsvRecord.of(row.values());
                });
    }

    private byte[] json(ItemRow row) {
        byte[] json = row.values().getFirst();
        if (json == null) {
            throw LodeException.bug("item \"" + row.key() + "\" has no document", null);
        }
        return layout.lay(json);
    }
}
