package dev.lode.engine.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.RejectLimit;
import dev.lode.core.pack.TableSpec;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SnapshotChooserTest {
    private static final TableSpec COURT =
            new TableSpec(
                    "court",
                    "courts",
                    LoadMode.UPSERT,
                    List.of("id"),
                    Optional.empty(),
                    false,
                    Map.of(),
                    List.of(),
                    new RejectLimit(0, 0));
    private static final Pack PACK =
            new Pack(
                    Path.of("shop"),
                    "shop",
                    "Shop",
                    "CC0-1.0",
                    "public",
                    Optional.empty(),
                    "{item}-{date}.csv.bz2",
                    List.of(),
                    List.of(),
                    List.of(COURT));

    private static AbstractThrowableAssert<?, ?> choosing(Listed... listing) {
        return assertThatThrownBy(
                        () ->
                                new SnapshotChooser(PACK)
                                        .choose(
                                                List.of(listing),
                                                List.of(COURT),
                                                Optional.empty(),
                                                "here"))
                .isInstanceOf(LodeException.class);
    }

    @Test
    void theOnlyFileIsSaidToBeEmptyAndNotToBeNamedOtherwise() {
        choosing(new Listed("courts-2026-06-30.csv.bz2", 14))
                .hasMessageContaining(
                        "2026-06-30 is not complete: courts is an empty placeholder of 14 bytes")
                .hasMessageNotContaining("none is named");
    }

    @Test
    void aListingOfOtherThingsSaysHowAFileHasToBeNamed() {
        choosing(new Listed("readme.txt", 99))
                .hasMessageContaining("1 keys listed, none is named like {item}-{date}.csv.bz2");
    }
}
