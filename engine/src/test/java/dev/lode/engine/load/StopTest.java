package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.event.RunEvent;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

@OnPostgres
class StopTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            format: { csv: { quote: '"', escape: '\\' } }
            tables:
              first: { item: first, key: [id] }
              second: { item: second, key: [id] }
            """;

    @TempDir Path folder;

    @Test
    void anItemThatCannotBeReadSinceTheRunStopsDidNotFail(Db db) throws Exception {
        db.run("CREATE TABLE first (id integer PRIMARY KEY)");
        db.run("CREATE TABLE second (id integer PRIMARY KEY)");
        List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
        var loading =
                new Loading(db, folder, PACK)
                        .file("first", "id\n1\n")
                        .file("second", "id\n1\n")
                        .with(oneWorker())
                        .listening(
                                event -> {
                                    events.add(event);
                                    if (event instanceof RunEvent.ItemLoaded) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        assertThatThrownBy(loading::load).isInstanceOf(InterruptedException.class);
        assertThat(events)
                .hasAtLeastOneElementOfType(RunEvent.ItemLoaded.class)
                .doesNotHaveAnyElementsOfTypes(RunEvent.ItemFailed.class);
        assertThat(db.value("SELECT count(*) FROM lode.item WHERE state = 'failed'"))
                .isEqualTo("0");
        assertThat(loading.listening(events::add).load())
                .extracting(ItemReport::state)
                .containsExactlyInAnyOrder(ItemReport.State.SKIPPED, ItemReport.State.LOADED);
    }

    private static LoadSettings oneWorker() {
        return new LoadSettings(
                1, CutSettings.DEFAULT, LoadLimits.DEFAULT, Duration.ofSeconds(60), false);
    }
}
